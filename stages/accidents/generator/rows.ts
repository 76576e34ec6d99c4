/**
 * An invented accident as lines of the four official tables, with the quirks that real files have:
 * every field quoted, `" -1"` for "not given", decimal commas, a no-break space in vehicle numbers,
 * leading zeros, blank birth years, and those of the year's edition.
 *
 * Columns come in the order of layout.ts; a test holds the two together.
 */
import type { Random } from '../../../src/lib/random.ts';
import type { TableName } from '../layout.ts';
import type { Accident, Road, Scene, User, Vehicle } from './accident.ts';
import type { Edition } from './edition.ts';
import { drawRoad } from './scene.ts';

export type Lines = Readonly<Record<TableName, string[]>>;

type Field = number | string;

export interface RowContext {
  readonly random: Random;
  readonly edition: Edition;
  /** Running numbers of the accident's first vehicle and first user. */
  readonly firstVehicle: number;
  readonly firstUser: number;
}

/** Appends the accident's lines. */
export function appendRows(lines: Lines, accident: Accident, context: RowContext): void {
  const { number, scene, vehicles, users } = accident;
  const { random, edition, firstVehicle, firstUser } = context;
  const street = drawStreet(random, scene.road);
  lines.caracteristiques.push(renderLine(number, characteristics(accident, street)));
  lines.lieux.push(renderLine(number, placeRow(random, scene, { street, edition })));
  if (edition.listsAllRoads) {
    for (const row of drawFurtherPlaces(random.fork(1), scene, edition)) lines.lieux.push(renderLine(number, row));
  }
  const names = vehicles.map((_, i) => [runningNumber(firstVehicle + i), `${String.fromCharCode(65 + i)}01`] as const);
  vehicles.forEach((vehicle, i) => {
    lines.vehicules.push(renderLine(number, [...(names[i] ?? []), ...vehicleRow(vehicle, users, i)]));
  });
  const habits = random.fork(2);
  users.forEach((user, i) => {
    const own = edition.hasUserNumbers ? [runningNumber(firstUser + i)] : [];
    const row = userRow(habits, user, scene.year);
    lines.usagers.push(renderLine(number, [...own, ...(names[user.vehicle] ?? []), ...row]));
  });
}

function renderLine(number: string, fields: readonly Field[]): string {
  return [number, ...fields].map((field) => `"${renderField(field)}"`).join(';');
}

/** A code that is not given is written with a blank before it, as in the files of 2021. */
function renderField(field: Field): string {
  if (typeof field === 'string') return field.replaceAll('"', '""');
  return field === -1 ? ' -1' : String(field);
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

function characteristics({ scene, collision }: Accident, street: string): readonly Field[] {
  const { day, month, year, hour, minute, light, area, intersection, weather, commune } = scene;
  return [
    twoDigits(day),
    twoDigits(month),
    year,
    `${twoDigits(hour)}:${twoDigits(minute)}`,
    light,
    commune.department,
    commune.code,
    area,
    intersection,
    weather,
    collision,
    street,
    renderDegrees(scene.latitude),
    renderDegrees(scene.longitude),
  ];
}

/** "48,8566000000" */
const renderDegrees = (degrees: number): string =>
  degrees
    .toFixed(5)
    .replace('.', ',')
    .padEnd(degrees.toFixed(5).length + 5, '0');

interface PlaceDetails {
  readonly street: string;
  readonly edition: Edition;
}

function placeRow(random: Random, { road, area }: Scene, { street, edition }: PlaceDetails): readonly Field[] {
  const unknown = edition.unknownMarker;
  const [marker, offset] = area === 1 ? [random.integer(90), random.integer(1000)] : [unknown, unknown];
  const suffix = random.next() < 0.1 ? LETTERS.charAt(random.integer(LETTERS.length)) : edition.noSuffix;
  const index = random.next() < 0.8 ? 0 : -1;
  const { category, traffic, lanes, reservedLane, slope, bends, surface, infrastructure, position, speedLimit } = road;
  const width = random.next() < 0.3 ? `${3 + random.integer(6)},${random.integer(10)}` : -1;
  const head = [category, street, index, suffix, traffic, lanes, reservedLane, slope, marker, offset, bends];
  return [...head, '', width, surface, infrastructure, position, speedLimit];
}

/** Of road numbers: D is for roads of the département. */
const LETTERS = 'DDDDDDDDDDDDDDAAANBCE';

/** The roads that cross there, and sometimes one that runs beside: 1.29 rows an accident in 2024. */
function drawFurtherPlaces(random: Random, scene: Scene, edition: Edition): readonly (readonly Field[])[] {
  const isCrossing = scene.intersection !== 1;
  const count = random.next() < (isCrossing ? 0.5 : 0.15) ? (random.next() < 0.05 ? 2 : 1) : 0;
  return Array.from({ length: count }, () => {
    const road = drawRoad(random, scene);
    return placeRow(random, { ...scene, road }, { street: drawStreet(random, road), edition });
  });
}

const STREETS = [
  'Rue de la Gare',
  "Rue de l'Église",
  'Avenue de la République',
  'Rue Pasteur',
  'Chemin du Moulin',
  'Place du Marché',
  'Rue dite "du Lavoir"',
  'Boulevard de la Liberté',
];

function drawStreet(random: Random, { category }: Road): string {
  const number = 1 + random.integer(999);
  if (category === 1) return `A${number % 90}`;
  if (category === 2) return `N${number}`;
  if (category === 3) return `D${number}`;
  return STREETS[number % STREETS.length] ?? '';
}

/** "201 764", with a no-break space. */
function runningNumber(running: number): string {
  return `${Math.floor(running / 1000)}\u00a0${String(running % 1000).padStart(3, '0')}`;
}

function vehicleRow(vehicle: Vehicle, users: readonly User[], index: number): readonly Field[] {
  const { direction, category, fixedObstacle, movingObstacle, impact, manoeuvre, engine } = vehicle;
  const passengers = vehicle.group === 'bus' ? users.filter((user) => user.vehicle === index).length - 1 : '';
  return [direction, category, fixedObstacle, movingObstacle, impact, manoeuvre, engine, passengers];
}

function userRow(habits: Random, user: User, year: number): readonly Field[] {
  const born = Number.isNaN(user.age) ? '' : year - user.age;
  const head = [user.seat, user.role, user.injury, user.sex, born, user.purpose, ...user.protection];
  // Of who was not on foot, about half of the clerks write "without object" instead of "not given".
  const isWithoutObject = user.role !== 3 && habits.next() < 0.463;
  return [...head, ...(isWithoutObject ? [0, 0, -1] : user.action)];
}
