/** Draws who was there: vehicles with what they hit, and the people in them or before them. */
import type { Random } from '../../../src/lib/random.ts';
import type { Person, Scene, UserGroup, Vehicle, VehicleGroup } from './accident.ts';
import { draw, drawGiven } from './distribution.ts';
import * as people from './user-statistics.ts';
import * as cars from './vehicle-statistics.ts';

export interface Traffic {
  readonly vehicles: readonly Vehicle[];
  readonly persons: readonly Person[];
  readonly collision: number;
}

export function drawTraffic(random: Random, scene: Scene): Traffic {
  const count = scene.vehicles;
  const known = Math.min(count, 3); // the tables end with "three or more"
  const withPedestrian = random.next() * 1000 < (cars.PEDESTRIAN[`${known}|${scene.settlement}`] ?? 0);
  const vehicles = Array.from({ length: count }, () => drawVehicle(random, { scene, known, withPedestrian }));
  const company = count > 1 ? 'several' : withPedestrian ? 'pedestrian' : 'alone';
  const persons = vehicles.flatMap(({ group }, vehicle) => {
    const occupants = Array.from({ length: drawGiven(random, people.OCCUPANTS, `${group}|${company}`) }, (_, i) =>
      drawPerson(random, { vehicle, group, role: i === 0 ? 1 : 2 }),
    );
    if (vehicle > 0 || !withPedestrian) return occupants;
    const onFoot = Array.from({ length: draw(random, cars.PEDESTRIAN_COUNT) }, () =>
      drawPerson(random, { vehicle, group: 'pedestrian', role: 3 }),
    );
    return [...occupants, ...onFoot];
  });
  const place = scene.road.category === 1 ? 'motorway' : scene.area;
  // A pedestrian hit by one vehicle is never "without collision".
  const collision =
    withPedestrian && count === 1 ? 6 : drawGiven(random, cars.COLLISION, `${Math.min(count, 4)}|${place}`);
  return { vehicles, persons, collision };
}

interface VehicleConditions {
  readonly scene: Scene;
  readonly known: number;
  readonly withPedestrian: boolean;
}

function drawVehicle(random: Random, { scene, known, withPedestrian }: VehicleConditions): Vehicle {
  const company = known > 1 ? String(known) : `1|${withPedestrian ? 1 : 0}`;
  const category = drawGiven(random, cars.VEHICLE_CATEGORY, `${scene.settlement}|${company}`);
  const hitsFixed = random.next() * 1000 < (cars.FIXED_OBSTACLE_HIT[`${known}|${scene.area}`] ?? 0);
  return {
    category,
    group: groupOf(category),
    engine: drawGiven(random, cars.ENGINE, String(category), cars.ENGINE_ELSEWHERE),
    fixedObstacle: hitsFixed ? draw(random, cars.FIXED_OBSTACLE) : 0,
    movingObstacle: drawGiven(random, cars.MOVING_OBSTACLE, `${known}|${withPedestrian ? 1 : 0}`),
    impact: draw(random, cars.IMPACT),
    manoeuvre: draw(random, cars.MANOEUVRE),
    direction: draw(random, cars.DIRECTION),
  };
}

const GROUPS: readonly (readonly [VehicleGroup, readonly number[]])[] = [
  ['car', [3, 7]],
  ['motorcycle', [2, 30, 31, 32, 33, 34, 41, 42, 43]],
  ['bicycle', [1, 80]],
  ['scooter', [50, 60]],
  ['van', [10]],
  ['truck', [13, 14, 15, 16, 17]],
  ['bus', [37, 38, 39, 40]],
];

export function groupOf(category: number): VehicleGroup {
  return GROUPS.find(([, categories]) => categories.includes(category))?.[0] ?? 'other';
}

interface PersonConditions {
  readonly vehicle: number;
  readonly group: UserGroup;
  readonly role: number;
}

function drawPerson(random: Random, { vehicle, group, role }: PersonConditions): Person {
  const isOnFoot = role === 3;
  const sex = drawGiven(random, people.SEX, `${group}|${role}`, people.SEX.get('car|2'));
  const fled = sex === -1;
  return {
    vehicle,
    group,
    role,
    sex,
    seat: isOnFoot ? 10 : role === 1 ? 1 : draw(random, people.SEAT),
    // A few more are simply not known.
    age: fled || random.next() < 0.003 ? Number.NaN : drawAge(random, `${group}|${role}`),
    purpose: drawGiven(random, people.PURPOSE, group),
    protection: [
      fled ? draw(random, people.PROTECTION_OF_FLED) : drawGiven(random, people.PROTECTION, `${group}|${role}`),
      draw(random, people.SECOND_PROTECTION),
      draw(random, people.THIRD_PROTECTION),
    ],
    action: isOnFoot
      ? [
          draw(random, people.PEDESTRIAN_PLACE),
          draw(random, people.PEDESTRIAN_ACTION),
          draw(random, people.PEDESTRIAN_COMPANY),
        ]
      : [-1, -1, -1],
  };
}

/** Between the two known quantiles around a random level. */
function drawAge(random: Random, condition: string): number {
  const ages = people.AGES[condition] ?? people.AGES['car|2'] ?? [];
  const levels = people.AGE_LEVELS;
  const level = random.next();
  const above = levels.findIndex((candidate) => candidate > level);
  const [from = 0, to = 1] = levels.slice(above - 1, above + 1);
  const [young = 0, old = young] = ages.slice(above - 1, above + 1);
  return Math.round(young + ((old - young) * (level - from)) / (to - from));
}
