/** Draws where and when: place, road, time, light and weather, each given what was drawn before it. */
import type { Random } from '../../../src/lib/random.ts';
import type { Road, Scene } from './accident.ts';
import { HOUR, LIGHT, MONTH, NIGHT, SURFACE, WEATHER, WEEKDAY } from './circumstance-statistics.ts';
import { draw, drawGiven } from './distribution.ts';
import { drawSpot } from './geography.ts';
import type { Geography } from './geography.ts';
import * as roads from './road-statistics.ts';
import { VEHICLE_COUNT } from './vehicle-statistics.ts';

export function drawScene(random: Random, geography: Geography, year: number): Scene {
  const spot = drawSpot(random, geography);
  const month = draw(random, MONTH);
  const day = drawDay(random, year, month);
  const isWeekend = weekday(year, month, day) >= 5;
  const hour = drawGiven(random, HOUR, `${spot.area}|${isWeekend ? 'weekend' : 'week'}`);
  const weather = draw(random, WEATHER);
  const settlement = String(spot.settlement);
  const vehicles = drawGiven(random, VEHICLE_COUNT, String(spot.area));
  return {
    ...spot,
    year,
    month,
    day,
    hour,
    minute: drawMinute(random),
    light: drawLight(random, { month, hour, settlement }),
    weather,
    intersection: drawGiven(random, roads.INTERSECTION, settlement),
    vehicles,
    road: drawRoad(random, { settlement: spot.settlement, vehicles, weather }),
  };
}

type RoadConditions = Pick<Scene, 'settlement' | 'vehicles' | 'weather'>;

export function drawRoad(random: Random, { settlement: kindOfPlace, vehicles, weather }: RoadConditions): Road {
  const settlement = String(kindOfPlace);
  const crowd = `${settlement}|${Math.min(vehicles, 3)}`;
  const category = drawGiven(random, roads.CATEGORY, crowd);
  const kind = `${settlement}|${category}`;
  const traffic = drawGiven(random, roads.TRAFFIC, kind, roads.TRAFFIC_ELSEWHERE);
  return {
    category,
    traffic,
    speedLimit: drawSpeedLimit(random, kind),
    lanes: drawGiven(random, roads.LANES, `${traffic}|${category}`, roads.LANES_ELSEWHERE.get(String(category))),
    bends: drawGiven(random, roads.BENDS, crowd),
    position: drawGiven(random, roads.POSITION, crowd),
    surface: drawGiven(random, SURFACE, String(weather)),
    slope: drawGiven(random, roads.SLOPE, crowd),
    reservedLane: drawGiven(random, roads.RESERVED_LANE, settlement),
    infrastructure: drawGiven(random, roads.INFRASTRUCTURE, settlement),
  };
}

/** What clerks typed for 50, 90 or nothing in particular: the real tables have one in a thousand. */
const MISTYPED_LIMITS = [500, 900, 300, 700, 5, 1, 2, 6, 8];

function drawSpeedLimit(random: Random, kind: string): number {
  if (random.next() < 0.001) return MISTYPED_LIMITS[random.integer(MISTYPED_LIMITS.length)] ?? 5;
  return drawGiven(random, roads.SPEED_LIMIT, kind, roads.SPEED_LIMIT_ELSEWHERE);
}

interface LightConditions {
  readonly month: number;
  readonly hour: number;
  readonly settlement: string;
}

/** By season and hour; at night street lamps depend on the place. */
function drawLight(random: Random, { month, hour, settlement }: LightConditions): number {
  if (hour >= 9 && hour <= 15) return 1;
  const season = month <= 2 || month >= 11 ? 'winter' : month >= 5 && month <= 8 ? 'summer' : 'mid';
  const light = drawGiven(random, LIGHT, `${season}|${hour}`);
  return light >= 3 ? drawGiven(random, NIGHT, settlement) : light;
}

/** Most times are rounded: to the hour, to a quarter, to five minutes. */
function drawMinute(random: Random): number {
  const habit = random.next();
  if (habit < 0.138) return 0;
  if (habit < 0.422) return 15 * (1 + random.integer(3));
  if (habit < 0.859) return [5, 10, 20, 25, 35, 40, 50, 55][random.integer(8)] ?? 0;
  return 5 * random.integer(12) + 1 + random.integer(4);
}

function drawDay(random: Random, year: number, month: number): number {
  const days = Array.from({ length: daysIn(month, year) }, (_, i) => i + 1);
  return 1 + random.pick(days.map((day) => WEEKDAY.weights[weekday(year, month, day)] ?? 0));
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const MONTH_SHIFTS = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];

/** 0 Monday … 6 Sunday (T. Sakamoto's rule for the Gregorian calendar). */
export function weekday(year: number, month: number, day: number): number {
  const y = month < 3 ? year - 1 : year;
  const sunday =
    y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + (MONTH_SHIFTS[month - 1] ?? 0) + day;
  return (sunday + 6) % 7;
}
