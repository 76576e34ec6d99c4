/**
 * Decides who is hurt and how badly.
 *
 * First who is hurt, and which of them stands for the accident: of several hurt alike the first in the file. Then, from that
 * user's own features, whether it was severe: a logistic model fitted on real accidents, and a few circumstances that go
 * together. So the tables show what severity was drawn from. (Where it was not, another lightly hurt user may come first.)
 */
import { sigmoid } from '../../../src/lib/math.ts';
import type { Random } from '../../../src/lib/random.ts';
import { vehicleGroup, weatherGroup } from '../recode.ts';
import type { Person, Scene, User, UserGroup } from './accident.ts';
import { DEPARTMENTS } from './department-statistics.ts';
import { weekday } from './scene.ts';
import { ADJUSTMENTS, INTERCEPT, WEIGHTS } from './severity-statistics.ts';
import type { Weights } from './severity-statistics.ts';
import type { Traffic } from './traffic.ts';
import { HURT, OPPONENTS } from './user-statistics.ts';

export function hurt(random: Random, scene: Scene, traffic: Traffic): readonly User[] {
  const { persons } = traffic;
  const shares = persons.map((person) => hurtShare(person, traffic));
  const chosen = random.pick(shares.map((share) => share / (1 - share)));
  const vehicle = persons[chosen]?.vehicle;
  const isHurt = persons.map((person, i) => {
    const share = shares[i] ?? 0;
    return (
      i === chosen || random.next() < (person.vehicle === vehicle ? FATE_IN_VEHICLE * share : shareElsewhere(share))
    );
  });
  const isAsHurt = isHurt.map((found, i) => i === chosen || (found && random.next() < SHARED_SEVERITY));
  const worst = isAsHurt.indexOf(true);
  const victim = persons[worst];
  if (victim === undefined) throw new Error('an accident without users');
  const isSevere = random.next() < sigmoid(logOdds(scene, traffic, victim));
  const isFatal = isSevere && random.next() < (scene.area === 1 ? FATAL_OUTSIDE : FATAL_INSIDE);
  return persons.map((person, i) => {
    if (i === worst) return { ...person, injury: isFatal ? 2 : isSevere ? 3 : 4 };
    // One fatality an accident: others as badly hurt would be hospitalised, and then outrank the killed one.
    if (isAsHurt[i] === true) return { ...person, injury: isSevere && !isFatal ? 3 : 4 };
    return { ...person, injury: isHurt[i] === true ? 4 : 1 };
  });
}

/** Who sat beside somebody who is hurt is hurt about as often as on their own. */
const FATE_IN_VEHICLE = 1;

/** Of two alike that are each hurt in a share p of such accidents, one surely, the other is in 2p - 1. */
const shareElsewhere = (share: number): number => Math.max(2 * share - 1, share / 5);

/** How often one who is hurt, too, is hurt as badly. */
const SHARED_SEVERITY = 0.3;
/** Of the severe accidents. */
const FATAL_OUTSIDE = 0.204;
const FATAL_INSIDE = 0.118;

/** How often somebody like this is hurt against such opponents: beside a pedestrian a driver hardly ever is. */
function hurtShare({ sex, group, role, vehicle, age, protection }: Person, { vehicles, persons }: Traffic): number {
  if (sex === -1) return 0.001; // who fled is listed as unhurt
  const opponents = new Set(vehicles.flatMap((other, i) => (i === vehicle ? [] : [opponentOf(other.group)])));
  if (role !== 3 && persons.some((other) => other.role === 3)) opponents.add('pedestrian');
  const met = OPPONENTS.findIndex((opponent) => opponents.has(opponent) || opponent === 'nothing');
  const share = (HURT[`${group}|${role}`]?.[met] ?? 0) / 1000;
  const isUnbelted = protection[0] === 0 && BELTED.has(group);
  const frailty = (age >= 75 ? 2 : age >= 60 ? 1.3 : 1) * (isUnbelted ? 4 : 1);
  return (frailty * share) / (1 - share + frailty * share);
}

const BELTED: ReadonlySet<UserGroup> = new Set<UserGroup>(['car', 'van', 'truck']);

function opponentOf(group: UserGroup): (typeof OPPONENTS)[number] {
  if (group === 'motorcycle' || group === 'bicycle' || group === 'scooter') return 'two wheels';
  return group === 'truck' || group === 'bus' ? 'heavy' : 'car';
}

const DEPARTMENT_WEIGHTS: ReadonlyMap<string, number> = new Map(
  DEPARTMENTS.map(({ code, severity }) => [code.padStart(2, '0'), severity]),
);

function logOdds(scene: Scene, traffic: Traffic, person: Person): number {
  const values = valuesOf(scene, traffic, person);
  const weighed =
    INTERCEPT +
    sumOf(values, WEIGHTS) +
    (DEPARTMENT_WEIGHTS.get(scene.commune.department) ?? 0) +
    scene.commune.severity;
  return (
    SHIFT + CONTRAST * weighed + CIRCUMSTANCES * circumstances(scene, traffic, person) + sumOf(values, ADJUSTMENTS)
  );
}

/** Of each block of weights the value that holds. */
function valuesOf(scene: Scene, traffic: Traffic, person: Person): ReadonlyMap<string, number | string> {
  const { vehicles, persons, collision } = traffic;
  const { road } = scene;
  const vehicle = vehicles[person.vehicle];
  const group = vehicleGroup(vehicle?.category ?? 0);
  const involved = (kind: string): number => (vehicles.some((other) => other.group === kind) ? 1 : 0);
  return new Map<string, number | string>([
    ['place', person.seat],
    ['catu', person.role],
    ['sexe', person.sex],
    ['secu1', person.protection[0]],
    ['age', AGE_LIMITS.find((limit) => person.age <= limit) ?? 'unknown'],
    ['catv', group],
    ['obsm', vehicle?.movingObstacle ?? 0],
    ['motor', vehicle?.engine ?? 0],
    ['catr', road.category],
    ['circ', road.traffic],
    ['surf', road.surface],
    ['situ', road.position],
    ['speed', road.speedLimit < 0 ? -1 : (SPEED_LIMITS.find((limit) => road.speedLimit <= limit) ?? 130)],
    ['mois', scene.month],
    ['hour', scene.hour],
    ['lum', scene.light],
    ['agg_', scene.area],
    ['int', scene.intersection],
    ['atm', weatherGroup(scene.weather)],
    ['col', collision],
    ['users', Math.min(persons.length, 7)],
    ['vehicles', Math.min(vehicles.length, 4)],
    ['area_road', `${scene.area}|${road.category}`],
    ['vehicle_collision', `${group}|${collision}`],
    ['bends', road.bends],
    ['slope', road.slope],
    ['weekday', weekday(scene.year, scene.month, scene.day)],
    ['truck', involved('truck')],
    ['motorcycle', involved('motorcycle')],
    ['scooter', involved('scooter')],
    ['bicycle', involved('bicycle')],
  ]);
}

function sumOf(values: ReadonlyMap<string, number | string>, blocks: Weights): number {
  let sum = 0;
  for (const [block, weights] of blocks) sum += weights.get(String(values.get(block))) ?? 0;
  return sum;
}

/**
 * Invented features hang together more loosely than real ones. Chosen so that learners reach on invented years what
 * they reach on real ones (AUC .82 to .84), and trees lead a logistic model as they do there.
 */
const SHIFT = 0.07;
const CONTRAST = 0.8;
const CIRCUMSTANCES = 1.15;

/**
 * What weights of single values cannot say, and trees can: the same thing is dangerous here and
 * harmless there. Rough figures, chosen so that boosted trees lead a logistic model as on real years.
 */
function circumstances({ road, area, light, hour }: Scene, { vehicles }: Traffic, person: Person): number {
  const isFast = road.speedLimit >= 70;
  const isNight = hour >= 22 || hour <= 5;
  const isOnTwoWheels = person.group === 'motorcycle' || person.group === 'bicycle' || person.group === 'scooter';
  const isAlone = vehicles.length === 1;
  return (
    (isOnTwoWheels ? (isFast ? 1 : -0.4) : isFast ? -0.25 : 0.1) +
    (person.role === 3 ? (light === 1 ? -0.4 : 0.9) : 0) +
    (person.age < 25 ? (isNight ? 1.1 : -0.25) : person.age >= 65 && isNight ? -0.75 : 0) +
    (area === 1 ? (isAlone ? 0.5 : -0.4) : isAlone ? -0.4 : 0.25) +
    (person.protection[0] === 0 && person.role !== 3 ? (isFast ? 1.25 : -0.4) : 0)
  );
}

const AGE_LIMITS = [4, 9, 14, 17, 24, 34, 44, 54, 64, 74, 84, 130];
const SPEED_LIMITS = [20, 30, 40, 50, 60, 70, 80, 90, 110, 130];
