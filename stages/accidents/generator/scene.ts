/** Draws where and when: place, road, time, light and weather, each given what was drawn before it. */
import type { Random } from '../../../src/lib/random.ts';
import type { Road, Scene } from './accident.ts';
import { HOUR, LIGHT, MONTH, SURFACE, WEATHER } from './circumstance-statistics.ts';
import { draw, drawGiven } from './distribution.ts';
import { drawSpot } from './geography.ts';
import type { Geography } from './geography.ts';
import * as roads from './road-statistics.ts';

export function drawScene(random: Random, geography: Geography, year: number): Scene {
  const spot = drawSpot(random, geography);
  const month = draw(random, MONTH);
  const hour = draw(random, HOUR);
  const weather = draw(random, WEATHER);
  return {
    ...spot,
    year,
    month,
    day: 1 + random.integer(daysIn(month, year)),
    hour,
    minute: drawMinute(random),
    light: drawLight(random, month, hour),
    weather,
    intersection: drawGiven(random, roads.INTERSECTION, String(spot.area)),
    road: drawRoad(random, spot.area, weather),
  };
}

export function drawRoad(random: Random, area: number, weather: number): Road {
  const category = drawGiven(random, roads.CATEGORY, String(area));
  return {
    category,
    speedLimit: drawSpeedLimit(random, area, category),
    traffic: drawGiven(random, roads.TRAFFIC, String(category)),
    lanes: drawGiven(random, roads.LANES, String(category)),
    bends: drawGiven(random, roads.BENDS, String(area)),
    position: drawGiven(random, roads.POSITION, String(area)),
    surface: drawGiven(random, SURFACE, String(weather)),
    slope: draw(random, roads.SLOPE),
    reservedLane: draw(random, roads.RESERVED_LANE),
    infrastructure: draw(random, roads.INFRASTRUCTURE),
  };
}

/** What clerks typed for 50, 90 or nothing in particular: the real tables have one in a thousand. */
const MISTYPED_LIMITS = [500, 900, 300, 700, 5, 1, 2, 6, 8];

function drawSpeedLimit(random: Random, area: number, category: number): number {
  if (random.next() < 0.001) return MISTYPED_LIMITS[random.integer(MISTYPED_LIMITS.length)] ?? 5;
  return drawGiven(random, roads.SPEED_LIMIT, `${area}|${category}`, roads.SPEED_LIMIT_ELSEWHERE);
}

function drawLight(random: Random, month: number, hour: number): number {
  const season = month <= 2 || month >= 11 ? 'winter' : month >= 5 && month <= 8 ? 'summer' : 'mid';
  return hour >= 9 && hour <= 15 ? 1 : drawGiven(random, LIGHT, `${season}|${hour}`);
}

/** Most times are rounded to five minutes, many to the hour. */
function drawMinute(random: Random): number {
  const habit = random.next();
  if (habit < 0.07) return 0;
  return habit < 0.85 ? random.integer(12) * 5 : random.integer(60);
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
