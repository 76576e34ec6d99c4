/**
 * Decides who is hurt and how badly.
 *
 * First who is hurt, and which of them stands for the accident: of several hurt alike the first in the file. Then, from that
 * user's own features, whether it was severe (severity-model.ts). So the tables show what severity was drawn from. (Where it was not, another lightly hurt user may come first.)
 */
import { sigmoid } from '../../../src/lib/math.ts';
import type { Random } from '../../../src/lib/random.ts';
import { missingIfUnknown, vehicleGroup, weatherGroup } from '../recode.ts';
import type { Person, Scene, User, UserGroup } from './accident.ts';
import { weekday } from './scene.ts';
import { severityLogOdds } from './severity-model.ts';
import type { SeverityFacts } from './severity-model.ts';
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
  const isSevere = random.next() < sigmoid(severityLogOdds(factsOf(scene, traffic, victim)) + scene.commune.severity);
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

/** What the tables will say of it: features and what goes with them. */
function factsOf(scene: Scene, { vehicles, persons, collision }: Traffic, person: Person): SeverityFacts {
  const { road } = scene;
  const vehicle = vehicles[person.vehicle];
  const involved = (kind: string): number => (vehicles.some((other) => other.group === kind) ? 1 : 0);
  return {
    place: person.seat,
    catu: person.role,
    sexe: person.sex,
    secu1: person.protection[0],
    catv: missingIfUnknown('catv', vehicleGroup(vehicle?.category ?? 0)),
    obsm: vehicle?.movingObstacle ?? 0,
    motor: missingIfUnknown('motor', vehicle?.engine ?? 0),
    catr: road.category,
    circ: road.traffic,
    surf: road.surface,
    situ: road.position,
    mois: scene.month,
    lum: scene.light,
    dep: scene.commune.department,
    agg_: scene.area,
    int: scene.intersection,
    atm: weatherGroup(scene.weather),
    col: collision,
    hour: scene.hour,
    bends: road.bends,
    slope: road.slope,
    weekday: weekday(scene.year, scene.month, scene.day),
    group: person.group,
    age: person.age,
    speed: road.speedLimit,
    users: persons.length,
    vehicles: vehicles.length,
    truck: involved('truck'),
    motorcycle: involved('motorcycle'),
    scooter: involved('scooter'),
    bicycle: involved('bicycle'),
  };
}
