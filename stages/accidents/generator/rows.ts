/**
 * An invented accident as lines of the four official tables, with the quirks that real files have:
 * every field quoted, `" -1"` for "not given", decimal commas, a no-break space in vehicle numbers,
 * leading zeros, blank birth years.
 *
 * Columns come in the order of the layout of 2021 (layout.ts); a test holds the two together.
 */
import type { Random } from '../../../src/lib/random.ts';
import type { TableName } from '../layout.ts';
import type { Accident, Scene, User, Vehicle } from './accident.ts';

export type Lines = Readonly<Record<TableName, string[]>>;

type Field = number | string;

/** Appends the accident's lines. `firstVehicle` is the running number of its first vehicle. */
export function appendRows(lines: Lines, accident: Accident, random: Random, firstVehicle: number): void {
  const { number, scene, vehicles, users } = accident;
  const street = drawStreet(random, scene);
  lines.caracteristiques.push(renderLine(number, characteristics(accident, street)));
  lines.lieux.push(renderLine(number, placeRow(random, scene, street)));
  const names = vehicles.map((_, i) => [vehicleNumber(firstVehicle + i), `${String.fromCharCode(65 + i)}01`] as const);
  vehicles.forEach((vehicle, i) => {
    lines.vehicules.push(renderLine(number, [...(names[i] ?? []), ...vehicleRow(vehicle, users, i)]));
  });
  for (const user of users) {
    lines.usagers.push(renderLine(number, [...(names[user.vehicle] ?? []), ...userRow(user, scene.year)]));
  }
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

function placeRow(random: Random, { road, area }: Scene, street: string): readonly Field[] {
  const [marker, offset] = area === 1 ? [random.integer(90), random.integer(1000)] : ['(1)', '(1)'];
  const suffix = random.next() < 0.1 ? 'ABCDE'.charAt(random.integer(5)) : '';
  const index = random.next() < 0.8 ? 0 : -1;
  const { category, traffic, lanes, reservedLane, slope, bends, surface, infrastructure, position, speedLimit } = road;
  const width = random.next() < 0.3 ? `${3 + random.integer(6)},${random.integer(10)}` : -1;
  const head = [category, street, index, suffix, traffic, lanes, reservedLane, slope, marker, offset, bends];
  return [...head, '', width, surface, infrastructure, position, speedLimit];
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

function drawStreet(random: Random, { road: { category } }: Scene): string {
  const number = 1 + random.integer(999);
  if (category === 1) return `A${number % 90}`;
  if (category === 2) return `N${number}`;
  if (category === 3) return `D${number}`;
  return STREETS[number % STREETS.length] ?? '';
}

/** "201 764", with a no-break space. */
function vehicleNumber(running: number): string {
  return `${Math.floor(running / 1000)}\u00a0${String(running % 1000).padStart(3, '0')}`;
}

function vehicleRow(vehicle: Vehicle, users: readonly User[], index: number): readonly Field[] {
  const { direction, category, fixedObstacle, movingObstacle, impact, manoeuvre, engine } = vehicle;
  const passengers = vehicle.group === 'bus' ? users.filter((user) => user.vehicle === index).length - 1 : '';
  return [direction, category, fixedObstacle, movingObstacle, impact, manoeuvre, engine, passengers];
}

function userRow(user: User, year: number): readonly Field[] {
  const born = Number.isNaN(user.age) ? '' : year - user.age;
  return [user.seat, user.role, user.injury, user.sex, born, user.purpose, ...user.protection, ...user.action];
}
