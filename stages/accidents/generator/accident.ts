/** An invented accident as values, before it becomes rows of four tables. Codes are the official ones. */
export interface Accident {
  readonly number: string;
  readonly scene: Scene;
  readonly collision: number;
  readonly vehicles: readonly Vehicle[];
  readonly users: readonly User[];
}

export interface Scene {
  readonly commune: Commune;
  readonly latitude: number;
  readonly longitude: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
  readonly hour: number;
  readonly minute: number;
  readonly light: number;
  readonly weather: number;
  /** 1 outside, 2 inside a built-up area. */
  readonly area: number;
  /** As `area`, but 3 in Paris: a city of another kind. */
  readonly settlement: number;
  readonly intersection: number;
  /** How many are involved. */
  readonly vehicles: number;
  readonly road: Road;
}

export interface Road {
  readonly category: number;
  readonly traffic: number;
  readonly lanes: number;
  readonly reservedLane: number;
  readonly slope: number;
  readonly bends: number;
  readonly surface: number;
  readonly infrastructure: number;
  readonly position: number;
  readonly speedLimit: number;
}

export interface Commune {
  /** As published: "01", "2A", "974". */
  readonly department: string;
  readonly code: string;
  readonly latitude: number;
  readonly longitude: number;
  /** What the place adds to the log-odds of a severe accident. */
  readonly severity: number;
}

export interface Vehicle {
  readonly category: number;
  readonly group: VehicleGroup;
  readonly engine: number;
  readonly fixedObstacle: number;
  readonly movingObstacle: number;
  readonly impact: number;
  readonly manoeuvre: number;
  readonly direction: number;
}

export type VehicleGroup = 'car' | 'motorcycle' | 'bicycle' | 'scooter' | 'van' | 'truck' | 'bus' | 'other';
export type UserGroup = VehicleGroup | 'pedestrian';

/** A user before anybody is hurt. */
export interface Person {
  /** Index of the vehicle; a pedestrian belongs to the one that hit him. */
  readonly vehicle: number;
  readonly group: UserGroup;
  readonly seat: number;
  /** 1 driver, 2 passenger, 3 pedestrian. */
  readonly role: number;
  /** -1: fled. */
  readonly sex: number;
  /** NaN when not known. */
  readonly age: number;
  readonly purpose: number;
  readonly protection: readonly [number, number, number];
  /** What a pedestrian did, where, with whom. */
  readonly action: readonly [place: number, action: number, company: number];
}

export interface User extends Person {
  /** grav: 1 unhurt, 2 killed, 3 taken to hospital, 4 lightly hurt. */
  readonly injury: number;
}
