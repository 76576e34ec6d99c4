/**
 * What each value adds to the log-odds that the worst-hit user of an accident is killed or taken to hospital; the blocks are
 * those of severity-model.ts.
 *
 * Written by bench/severity.ts from the accidents of 2024, rounded: aggregate facts, no records (source and licence: docs/data.md).
 */
export const INTERCEPT = 2.68;

/** `value:weight`; a value without an entry weighs nothing. */
export const WEIGHTS: Readonly<Record<string, string>> = {
  age: '130:0.62 14:-0.57 17:0.16 24:-0.52 34:-0.49 4:-0.71 44:-0.32 54:-0.02 64:0.23 74:0.6 84:0.69 9:-0.49',
  agg_: '1:0.02 2:-0.01',
  agg__catr:
    '1|1:-0.45 1|2:-0.23 1|3:0.13 1|4:0.15 1|6:-0.31 1|7:-0.23 1|9:0.29 2|1:-0.05 2|2:0.23 2|3:0.02 2|4:-0.34 2|6:0.23 2|7:-0.08 2|9:0.12',
  agg__vehicles: '1|1:-0.14 1|2:0.11 1|3:0.1 1|4:0.04 2|1:0.16 2|2:-0.29 2|3:-0.13 2|4:0.15',
  atm: '0:-0.02 1:0.02',
  bends: '1:-0.23 2:0.1 3:0.07 4:0.06',
  bicycle: '0:-0.1 1:0.1',
  catr: '1:-0.56 2:-0.08 3:0.12 4:-0.09 5:0.52 6:-0.07 7:-0.28 9:0.42',
  catu: '1:0.2 2:-0.39 3:0.19',
  catv: '1:-0.23 2:-0.36 3:0.45 4:-0.02 5:-0.29 6:0.44',
  catv_col:
    '1|1:-0.37 1|2:0.39 1|3:0.21 1|4:0.01 1|5:-0.41 1|6:-0.08 1|7:-0.68 2|1:-0.16 2|2:-0.58 2|3:0.02 2|4:0.13 2|5:-0.04 2|7:-0.18 3|2:-0.3 3|3:-0.19 3|6:-0.16 3|7:-0.03 4|1:-0.22 4|2:0.31 4|3:-0.2 4|6:0.32 4|7:0.34 5|1:-0.08 5|2:-0.04 5|3:0.1 5|4:0.15 5|5:-0.46 5|6:-0.07 5|7:0.1 6|6:0.05 6|7:0.45',
  circ: '-1:-0.2 1:-0.23 2:0.46 3:-0.14 4:0.1',
  col: '1:1.01 2:-0.72 3:-0.38 4:-1.21 5:0.08 6:0.01 7:0.05',
  dep: '01:-0.19 02:0.35 03:0.24 04:-0.22 05:-0.61 06:0.04 07:-0.55 08:0.56 09:-0.36 10:-0.39 11:-0.07 12:0.8 13:-0.19 14:-0.27 15:-0.64 16:1.21 17:0.17 18:0.94 19:-0.35 21:0.56 22:-0.01 23:0.03 24:2.08 25:-0.2 26:0.76 27:-0.08 28:-0.18 29:-0.37 2A:-0.88 2B:-0.93 30:0.4 31:0.98 32:0.24 33:-0.16 34:0.5 35:-0.02 36:-0.46 37:-0.87 38:0.37 39:0.54 40:1.42 41:0.25 42:-0.12 43:-0.13 44:-0.29 45:-0.15 46:0.02 47:0.53 48:0.49 49:0.06 50:-0.23 51:-0.74 52:0.65 53:1.39 54:-0.97 55:-0.19 56:-0.65 57:1.16 58:0.19 59:0.32 60:-0.55 61:-0.38 62:0.74 63:-0.15 64:-1.1 65:-0.22 66:-0.38 67:-0.33 68:0.1 69:-0.64 70:1.15 71:-0.3 72:-0.48 73:-0.04 74:-0.04 75:-1.69 76:-0.06 77:-0.63 78:-0.87 79:1.12 80:-0.23 81:0.23 82:0.34 83:0.65 84:-0.42 85:0.84 86:0.86 87:-0.12 88:0.37 89:0.64 90:0.14 91:-1.55 92:-2.47 93:-1.94 94:-2.11 95:-1.17 971:-0.36 972:-0.42 973:-1.81 974:-0.34 976:-0.89 978:1.18 987:0.35 988:0.57',
  group:
    'bicycle:0.96 bus:-1.17 car:-0.22 motorcycle:0.79 other:-0.12 pedestrian:0.07 scooter:0.57 truck:-0.27 van:-0.6',
  group_age:
    'bicycle|130:0.26 bicycle|14:0.16 bicycle|17:-0.86 bicycle|24:-0.14 bicycle|34:-0.12 bicycle|44:-0.13 bicycle|54:0.06 bicycle|64:-0.04 bicycle|74:0.01 bicycle|84:0.53 bicycle|9:0.73 bus|44:0.76 bus|54:0.93 bus|64:-0.72 car|130:0.65 car|14:-0.42 car|17:-0.4 car|24:0.08 car|34:-0.15 car|4:-0.59 car|44:-0.23 car|54:-0.32 car|64:-0.06 car|74:0.17 car|84:0.36 car|9:-0.4 motorcycle|14:0.61 motorcycle|17:-0.5 motorcycle|24:0.4 motorcycle|34:0.32 motorcycle|44:0.26 motorcycle|54:0.06 motorcycle|64:-0.05 motorcycle|74:-0.14 motorcycle|84:0.14 other|24:0.28 other|34:-0.24 other|44:-0.66 other|54:-0.58 other|64:-0.32 pedestrian|130:0.8 pedestrian|14:-0.34 pedestrian|17:-1.06 pedestrian|24:0.06 pedestrian|34:-0.1 pedestrian|4:0.61 pedestrian|44:-0.12 pedestrian|54:-0.05 pedestrian|64:-0.04 pedestrian|74:-0.02 pedestrian|84:0.25 pedestrian|9:0.2 scooter|14:0.29 scooter|17:-0.33 scooter|24:0.06 scooter|34:0.19 scooter|44:0.18 scooter|54:0.42 scooter|64:0.35 scooter|9:0.11 truck|24:-0.86 truck|34:-0.59 truck|44:-0.31 truck|54:-0.54 truck|64:0.75 van|24:0.14 van|34:0.25 van|44:-0.04 van|64:0.35 van|74:0.59 van|84:0.25',
  group_lum:
    'bicycle|1:0.09 bicycle|2:0.28 bicycle|3:0.4 bicycle|5:0.13 bus|1:-0.92 bus|5:-0.26 car|1:-0.09 car|2:0.29 car|3:-0.23 car|4:-0.18 car|5:-0.22 motorcycle|1:-0.09 motorcycle|2:0.53 motorcycle|3:0.05 motorcycle|4:0.4 motorcycle|5:0.01 other|1:0.77 other|3:1.07 pedestrian|1:-0.39 pedestrian|2:-0.01 pedestrian|3:-0.01 pedestrian|4:0.68 pedestrian|5:-0.08 scooter|1:-0.4 scooter|2:-0.33 scooter|3:-0.26 scooter|5:0.11 truck|1:0.86 truck|3:-0.37 van|1:0.21 van|2:0.96 van|3:0.25 van|5:0.38',
  group_secu1:
    'bicycle|0:0.18 bicycle|2:0.19 bicycle|8:-0.11 bus|1:-0.13 bus|8:0.16 car|0:1.02 car|1:0.17 car|3:0.17 car|8:0.57 motorcycle|0:-0.33 motorcycle|2:-0.73 motorcycle|6:-0.53 motorcycle|8:-0.84 other|0:-0.08 other|2:-0.25 pedestrian|0:-0.48 pedestrian|4:0.02 pedestrian|8:0.03 scooter|0:-0.46 scooter|2:0.21 scooter|8:0.01 truck|0:-0.14 truck|1:-1.1 truck|8:-0.75 van|0:0.89 van|1:0.21 van|8:0.09',
  group_speed:
    'bicycle|20:-0.82 bicycle|30:-0.34 bicycle|50:0.08 bicycle|70:0.08 bicycle|80:-0.04 bicycle|90:0.39 bus|30:0.25 bus|50:-0.17 car|110:-0.08 car|130:0.01 car|20:-0.32 car|30:-0.6 car|50:-0.19 car|60:-0.48 car|70:-0.36 car|80:0.13 car|90:0.06 motorcycle|110:-0.76 motorcycle|130:-0.71 motorcycle|20:0.13 motorcycle|30:-0.16 motorcycle|40:0.36 motorcycle|50:0.33 motorcycle|60:1.4 motorcycle|70:0.07 motorcycle|80:0.26 motorcycle|90:-0.05 other|50:0.39 other|80:-1.09 pedestrian|110:1.09 pedestrian|20:-1.32 pedestrian|30:-0.87 pedestrian|50:-0.47 pedestrian|70:0.48 pedestrian|80:-0.25 pedestrian|90:1.76 scooter|20:0.03 scooter|30:-0.29 scooter|50:0.1 scooter|70:-0.09 scooter|80:-0.1 truck|110:0.02 truck|130:0.55 truck|50:-0.36 truck|70:-0.63 truck|80:-0.27 truck|90:-0.5 van|110:-0.15 van|130:0.04 van|30:-1.18 van|50:-0.36 van|70:-0.55 van|80:0.06 van|90:-0.22',
  group_vehicles:
    'bicycle|1:0.19 bicycle|2:-0.47 bicycle|3:-0.13 bus|1:-1.31 bus|2:-0.8 car|1:0.7 car|2:0.25 car|3:-0.52 car|4:-0.86 motorcycle|1:0.33 motorcycle|2:0.14 motorcycle|3:0.34 motorcycle|4:0.08 other|1:0.19 other|2:0.21 pedestrian|1:-0.4 pedestrian|2:0.08 scooter|1:0.74 scooter|2:0.48 truck|1:-0.78 truck|2:0.4 van|1:0.36 van|2:-0.47 van|3:-0.38 van|4:-0.16',
  hour: '0:0.21 1:0.14 10:-0.22 11:-0.1 12:-0.14 13:-0.15 14:-0.06 15:0.02 16:-0.01 17:-0.06 18:-0.26 19:-0.11 2:0.32 20:-0.11 21:-0.01 22:0.17 23:0.22 3:0.4 4:0.21 5:0.33 6:-0.07 7:-0.26 8:-0.22 9:-0.25',
  int: '1:-0.02 2:0.01 3:0.03 5:-0.15 6:-0.44 7:0.1 8:0.48 9:-0.04',
  lum: '1:0.08 2:-0.24 3:0.23 4:0.08 5:-0.16',
  mois: '1:-0.08 10:-0.03 11:0.05 12:-0.02 2:0.03 3:-0.07 5:-0.1 6:0.05 7:0.08 8:0.15 9:-0.05',
  motor: '-1:0.07 1:0.4 2:0.31 3:0.11 5:-0.42 6:0.01',
  motorcycle: '0:-0.02 1:-0.01',
  obsm: '0:0.41 1:0.21 2:0.09 4:1 5:-1.02 6:-0.58 9:-0.1',
  place: '1:-0.82 10:0.19 2:-0.46 3:-0.55 4:-0.51 5:-1.01 7:-0.02 8:-0.43 9:-0.15',
  scooter: '0:0.21 1:-0.2',
  secu1: '0:0.26 1:-0.95 2:-0.59 3:-0.91 4:-0.07 6:0.1 8:-0.7 9:0.14',
  sexe: '1:0.18 2:-0.18',
  situ: '1:-0.38 2:0.24 3:0.56 4:0.13 5:-0.42 6:-0.23 8:0.09',
  slope: '1:-0.24 2:0.08 3:0.24 4:-0.07',
  speed: '110:0.28 130:1.2 20:-0.39 30:-0.48 40:-0.05 50:-0.65 60:0.03 70:-0.11 80:0.39 90:-0.26',
  surf: '1:0.25 2:0.04 3:-0.36 4:0.08 5:-0.33 6:0.45 7:0.05 8:-0.13 9:0.41',
  truck: '0:-0.55 1:0.55',
  users: '1:-0.74 2:-0.67 3:-0.21 4:0.01 5:0.2 6:0.43 7:0.96',
  vehicles: '1:-0.02 2:-0.09 3:-0.05 4:0.15',
  weekday: '0:-0.11 1:-0.1 2:-0.07 3:-0.09 4:0.02 5:0.17 6:0.18',
};
