/**
 * Decides who is hurt and how badly.
 *
 * First who stands for the accident: the worst-hit user, of several equally hurt the first in the
 * file. Then, from that user's own features, whether it was severe: a logistic model fitted on real
 * accidents, and a few circumstances that go together. So the tables show what severity was drawn from.
 */
import { sigmoid } from '../../../src/lib/math.ts';
import type { Random } from '../../../src/lib/random.ts';
import { vehicleGroup, weatherGroup } from '../recode.ts';
import type { Person, Scene, User } from './accident.ts';
import { DEPARTMENTS } from './department-statistics.ts';
import { INTERCEPT, WEIGHTS } from './severity-statistics.ts';
import type { Traffic } from './traffic.ts';
import { INJURY } from './user-statistics.ts';

export function hurt(random: Random, scene: Scene, traffic: Traffic): readonly User[] {
  const { persons } = traffic;
  const risks = persons.map(vulnerability);
  const chosen = random.pick(risks);
  const highest = risks[chosen] ?? 1;
  const isAsHurt = risks.map((risk, i) => i === chosen || random.next() < SHARED_FATE * Math.min(1, risk / highest));
  const worst = isAsHurt.indexOf(true);
  const victim = persons[worst];
  if (victim === undefined) throw new Error('an accident without users');
  const isSevere = random.next() < sigmoid(logOdds(scene, traffic, victim));
  const isFatal = isSevere && random.next() < (scene.area === 1 ? 0.2 : 0.12);
  return persons.map((person, i) => {
    if (i === worst) return { ...person, injury: isFatal ? 2 : isSevere ? 3 : 4 };
    // One fatality an accident: others as badly hurt would be hospitalised, and then outrank the killed one.
    if (isAsHurt[i] === true) return { ...person, injury: isSevere && !isFatal ? 3 : 4 };
    const isLight = isSevere && !hasFled(person) && random.next() < lightShare(person);
    return { ...person, injury: isLight ? 4 : 1 };
  });
}

/** How often a user as vulnerable as the worst-hit one is hurt as badly. */
const SHARED_FATE = 0.25;

const hasFled = ({ sex }: Person): boolean => sex === -1;

/** The odds of being hurt at all: beside a pedestrian (28 to 1) a driver (1 to 1) is seldom the worst-hit. */
function vulnerability(person: Person): number {
  if (hasFled(person)) return 0.001;
  const unhurt = injuryShare(person, 1);
  const frailty = person.age >= 75 ? 2 : person.age >= 60 ? 1.3 : 1;
  return (frailty * (1 - unhurt)) / unhurt;
}

const lightShare = (person: Person): number => injuryShare(person, 4);

/** How common an injury is among users of this kind. */
function injuryShare({ group }: Person, injury: number): number {
  const distribution = INJURY.get(group);
  const index = distribution?.codes.indexOf(injury) ?? -1;
  return (distribution?.weights[index] ?? 0) / 1000;
}

const DEPARTMENT_WEIGHTS: ReadonlyMap<string, number> = new Map(
  DEPARTMENTS.map(({ code, severity }) => [code.padStart(2, '0'), severity]),
);

function logOdds(scene: Scene, traffic: Traffic, person: Person): number {
  const { vehicles, persons, collision } = traffic;
  const { road, commune } = scene;
  const vehicle = vehicles[person.vehicle];
  const group = vehicleGroup(vehicle?.category ?? 0);
  const terms = [
    weight('place', person.seat),
    weight('catu', person.role),
    weight('sexe', person.sex),
    weight('secu1', person.protection[0]),
    weight('age', AGE_LIMITS.find((limit) => person.age <= limit) ?? 'unknown'),
    weight('catv', group),
    weight('obsm', vehicle?.movingObstacle ?? 0),
    weight('motor', vehicle?.engine ?? 0),
    weight('catr', road.category),
    weight('circ', road.traffic),
    weight('surf', road.surface),
    weight('situ', road.position),
    weight('speed', SPEED_LIMITS.find((limit) => road.speedLimit <= limit) ?? 130),
    weight('mois', scene.month),
    weight('hour', scene.hour),
    weight('lum', scene.light),
    weight('agg_', scene.area),
    weight('int', scene.intersection),
    weight('atm', weatherGroup(scene.weather)),
    weight('col', collision),
    weight('users', Math.min(persons.length, 7)),
    weight('vehicles', Math.min(vehicles.length, 4)),
    weight('area_road', `${scene.area}|${road.category}`),
    weight('vehicle_collision', `${group}|${collision}`),
    DEPARTMENT_WEIGHTS.get(commune.department) ?? 0,
    commune.severity,
    circumstances(scene, traffic, person),
  ];
  return SHIFT + CONTRAST * terms.reduce((sum, term) => sum + term, INTERCEPT);
}

/**
 * Invented features hang together more loosely than real ones, which flattens the odds. Stretched like
 * this, learners reach on invented years what they reach on real ones (AUC .82 to .84).
 */
const CONTRAST = 1.15;
const SHIFT = 0.16;

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

function weight(block: string, value: number | string): number {
  const weights = WEIGHTS.get(block);
  if (weights === undefined) throw new Error(`no weights for ${block}`);
  return weights.get(String(value)) ?? 0;
}
