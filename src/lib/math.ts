/**
 * exp, log and what rests on them, from + - * / and sqrt alone.
 *
 * V8 may change the last bit of Math.exp, Math.log and Math.pow from one Node version to the next;
 * these give the same bits everywhere, so models and generated data have the same digests everywhere.
 * Polynomials and constants: FreeBSD's msun (fdlibm, Copyright (C) 1993 Sun Microsystems, freely granted); error below 1 ulp.
 */

const LN2_HIGH = 6.9314718036912381649e-1; // its last 21 bits are 0: k * LN2_HIGH is exact
const LN2_LOW = 1.90821492927058770002e-10;
const EXP_MAX = 709.782712893383973096;
const EXP_MIN = -745.13321910194110842;

const POWERS_OF_TWO = powersOfTwo();

// The way to a number's bits. Scratch: nothing in it outlives the call that wrote it.
const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer);
const HIGH_WORD = new Uint8Array(Int32Array.of(1).buffer)[0] === 1 ? 1 : 0;

export function exp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_MAX) return Infinity;
  if (x < EXP_MIN) return 0;
  if (x > -3.7252902984619140625e-9 && x < 3.7252902984619140625e-9) return 1 + x;
  // x = k ln 2 + (high - low), the rest within half of ln 2
  const k = Math.floor(x * 1.442695040888963387 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const p5 = 4.13813679705723846039e-8;
  const p =
    1.66666666666666019037e-1 +
    t * (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * p5)));
  const c = r - t * p;
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  return k >= -1021 ? y * powerOfTwo(k) : y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
}

export function log(x: number): number {
  if (x !== x || x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  // x = 2^k (1 + f), 1 + f between sqrt(1/2) and sqrt(2). Dividing by a power of two is exact.
  const scale = x < 2.2250738585072014e-308 ? 54 : 0;
  const normal = scale === 0 ? x : x * 18014398509481984;
  const exponent = exponentOf(normal);
  const fraction = normal * powerOfTwo(-exponent);
  const large = fraction > Math.SQRT2;
  const f = (large ? fraction / 2 : fraction) - 1;
  const k = exponent - scale + (large ? 1 : 0);
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const odd =
    s2 *
    (6.66666666666673513e-1 +
      s4 * (2.857142874366239149e-1 + s4 * (1.818357216161805012e-1 + s4 * 1.479819860511658591e-1)));
  const even = s4 * (3.999999999940941908e-1 + s4 * (2.222219843214978396e-1 + s4 * 1.531383769920937332e-1));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + odd + even) + k * LN2_LOW) - f);
}

/** log(1 + x), exact for small x too: the rounding of 1 + x is divided out again (Kahan). */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1) return x;
  return sum === Infinity ? sum : (log(sum) * x) / (sum - 1);
}

/** Needs no second form for negative x: where e^-x overflows, 1 / Infinity is the right 0. */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/**
 * The same within 1e-10, at a third of the cost: one division, and a Taylor polynomial where `exp` has a quotient. For
 * loops that round the answer far more coarsely anyway.
 */
export function sigmoidNear(x: number): number {
  const z = x > 700 ? -700 : x < -700 ? 700 : -x;
  const k = Math.floor(z * 1.442695040888963387 + 0.5);
  const r = z - k * 0.6931471805599453;
  const r2 = r * r;
  const sixth =
    0.001388888888888889 + r * 0.0001984126984126984 + r2 * (0.0000248015873015873 + r * 0.0000027557319223985893);
  const fourth = 4.1666666666666664e-2 + r * 8.333333333333333e-3 + r2 * sixth;
  const e = 1 + r + r2 * (0.5 + r * 1.6666666666666666e-1 + r2 * fourth);
  return 1 / (1 + e * powerOfTwo(k));
}

/** sin(2 pi turns) for turns in [0, 1]: in turns, cutting the circle in eight is exact. */
export function sinTurns(turns: number): number {
  if (turns >= 0.5) return -sinTurns(turns - 0.5);
  const near = turns > 0.25 ? 0.5 - turns : turns;
  return near <= 0.125 ? sinNear0(near * 2 * Math.PI) : cosNear0((0.25 - near) * 2 * Math.PI);
}

export function cosTurns(turns: number): number {
  return sinTurns(turns < 0.75 ? turns + 0.25 : turns - 0.75);
}

/** For |x| up to pi / 4. */
function sinNear0(x: number): number {
  const z = x * x;
  const s6 = 1.58969099521155010221e-10;
  const r =
    8.33333333332248946124e-3 +
    z * (-1.98412698298579493134e-4 + z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * s6)));
  return x + z * x * (-1.66666666666666324348e-1 + z * r);
}

function cosNear0(x: number): number {
  const z = x * x;
  const c6 = -1.13596475577881948265e-11;
  const r =
    z *
    (4.16666666666666019037e-2 +
      z *
        (-1.38888888888741095749e-3 +
          z *
            (2.48015872894767294178e-5 + z * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * c6)))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + z * r);
}

/** For k in -1023 … 1023. */
function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k + 1023]!;
}

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2047);
  for (let k = 0, up = 1, down = 1; k <= 1023; k++, up *= 2, down /= 2) {
    powers[1023 + k] = up;
    powers[1023 - k] = down;
  }
  return powers;
}

/** Of a positive, finite, normal number: 2^exponent <= x < 2^(exponent + 1). */
function exponentOf(x: number): number {
  scratch[0] = x;
  return (words[HIGH_WORD]! >>> 20) - 1023;
}
