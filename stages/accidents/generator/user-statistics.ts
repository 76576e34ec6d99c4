/**
 * Users: who sat or walked where, how old, how protected, how badly hurt.
 *
 * Parts per thousand of French accidents with injuries in 2024, rounded, rare codes left out: aggregate
 * facts, no records (source and licence: docs/data.md). Codes are those of the official tables.
 */
import { distribution, distributions } from './distribution.ts';

/**
 * Users of a vehicle, driver included, by `group|company`: a lone vehicle is full more often, for whoever of several
 * is not hurt is still listed; who hit a pedestrian is mostly listed alone.
 */
export const OCCUPANTS = distributions({
  'bicycle|alone': '1:978 2:22',
  'bicycle|pedestrian': '1:997 2:3',
  'bicycle|several': '1:990 2:10',
  'bus|alone': '3:204 5:184 2:163 1:163 7:82 8:41 12:41 43:20 11:20 4:20 51:20 56:20 50:20',
  'bus|pedestrian': '1:963 2:20 3:7 6:3 5:3 4:3',
  'bus|several': '1:740 2:110 3:58 4:33 5:16 6:8 9:7 10:5 8:5 7:4 13:3 46:3 28:1 32:1 11:1 19:1 47:1',
  'car|alone': '1:624 2:218 3:81 4:52 5:19 6:4 7:1',
  'car|pedestrian': '1:943 2:45 3:6 4:4 5:1',
  'car|several': '1:789 2:140 3:42 4:21 5:6',
  'motorcycle|alone': '1:878 2:121 3:1',
  'motorcycle|pedestrian': '1:953 2:47',
  'motorcycle|several': '1:893 2:106 3:1',
  'other|alone': '1:681 2:268 6:17 3:17 5:9 10:4 7:4',
  'other|pedestrian': '1:1000',
  'other|several': '1:913 2:57 3:14 4:8 6:3 5:3 7:1',
  'scooter|alone': '1:938 2:62',
  'scooter|pedestrian': '1:956 2:44',
  'scooter|several': '1:945 2:55',
  'truck|alone': '1:847 2:135 3:12 6:6',
  'truck|pedestrian': '1:986 2:14',
  'truck|several': '1:954 2:39 3:5 4:3',
  'van|alone': '1:671 2:178 3:83 4:22 5:18 6:8 8:6 9:6 7:4 13:2',
  'van|pedestrian': '1:945 2:41 3:10 5:1 4:1 6:1',
  'van|several': '1:856 2:107 3:24 4:7 5:3 6:2',
});

/** Sex, by `group|catu`; -1 is a driver who fled. */
export const SEX = distributions({
  'motorcycle|1': '1:912 2:76 -1:12',
  'motorcycle|2': '2:557 1:443',
  'other|1': '1:598 -1:209 2:192',
  'other|2': '1:580 2:420',
  'scooter|1': '1:737 2:243 -1:20',
  'scooter|2': '1:538 2:462',
  'pedestrian|3': '2:500 1:499',
  'truck|1': '1:944 2:34 -1:21',
  'truck|2': '1:786 2:214',
  'bus|1': '1:856 2:132 -1:12',
  'bus|2': '2:542 1:458',
  'bicycle|1': '1:741 2:248 -1:10',
  'car|1': '1:639 2:334 -1:27',
  'car|2': '2:506 1:494',
  'van|1': '1:867 2:98 -1:35',
  'van|2': '1:642 2:358',
});

/** Protection, by `group|catu`; of who fled, next. */
export const PROTECTION = distributions({
  'bicycle|1': '2:427 8:415 0:137 -1:11 4:6 9:2 6:2',
  'bicycle|2': '8:412 2:265 0:176 3:88 -1:44 9:15',
  'bus|1': '1:781 8:197 0:17 9:4 -1:2',
  'bus|2': '8:536 1:403 0:56 3:3 -1:1 9:1',
  'car|1': '1:886 8:98 0:15',
  'car|2': '1:833 8:97 3:38 0:30 9:1',
  'motorcycle|1': '2:933 8:41 0:14 6:6 -1:5',
  'motorcycle|2': '2:893 8:59 0:30 -1:12 6:6',
  'other|1': '0:289 1:276 8:237 2:177 9:17 4:5',
  'other|2': '1:407 0:315 2:176 8:83 -1:14 9:5',
  'pedestrian|3': '0:906 8:83 4:5 -1:4 9:2',
  'scooter|1': '8:624 2:194 0:166 -1:9 4:3 6:2 9:2',
  'scooter|2': '8:618 0:231 2:110 -1:35 3:6',
  'truck|1': '1:870 8:98 0:27 -1:2 9:2',
  'truck|2': '1:717 8:145 0:119 3:6 4:6 9:6',
  'van|1': '1:865 8:111 0:21 -1:1',
  'van|2': '1:815 8:93 0:71 3:16 9:4',
});

export const PROTECTION_OF_FLED = distribution('-1:740 8:205 1:39 2:9 0:7');

export const SECOND_PROTECTION = distribution('-1:430 0:377 6:93 8:73 4:10 5:9 9:3 3:2 7:1 1:1 2:1');

export const THIRD_PROTECTION = distribution('-1:904 0:84 9:8 8:3 6:1');

/** Purpose of the journey, by group. */
export const PURPOSE = distributions({
  motorcycle: '5:365 0:290 1:178 9:79 4:41 2:20 3:15 -1:12',
  other: '5:280 4:256 -1:184 0:148 1:68 9:56 2:5 3:2',
  scooter: '0:330 5:288 1:186 9:77 2:66 -1:22 3:20 4:12',
  pedestrian: '5:352 0:306 9:95 2:78 3:76 1:64 4:22 -1:6',
  truck: '4:788 1:66 0:58 5:35 9:29 -1:22 2:1 3:1',
  bus: '4:465 0:183 5:162 2:107 1:36 9:34 -1:10 3:3',
  bicycle: '5:437 0:212 1:167 9:96 2:30 4:27 3:20 -1:11',
  car: '5:400 0:298 1:115 9:76 4:42 3:33 -1:22 2:14',
  van: '4:334 0:214 5:196 1:149 9:63 -1:29 3:12 2:3',
});

/** Seat of a passenger. */
export const SEAT = distribution('2:607 3:108 4:104 9:59 7:56 5:30 8:27 6:8 1:1');

/** What a pedestrian did and where. */
export const PEDESTRIAN_ACTION = distribution('3:739 9:67 1:64 -1:51 5:33 2:31 4:9 7:2 6:2 8:1');

export const PEDESTRIAN_PLACE = distribution('3:330 2:201 4:147 1:143 5:81 9:49 6:33 8:16 7:1');

export const PEDESTRIAN_COMPANY = distribution('1:769 2:193 3:38');

/** How many in a thousand are hurt, by `group|catu` and the most fragile of the others; columns as OPPONENTS. */
export const HURT: Readonly<Record<string, readonly number[]>> = {
  'bicycle|1': [378, 792, 995, 984, 989],
  'bicycle|2': [814, 763, 801, 822, 831],
  'bus|1': [30, 41, 200, 430, 316],
  'bus|2': [672, 614, 618, 662, 567],
  'car|1': [35, 45, 562, 842, 892],
  'car|2': [150, 104, 637, 766, 780],
  'motorcycle|1': [331, 679, 974, 976, 968],
  'motorcycle|2': [640, 760, 890, 916, 866],
  'other|1': [166, 152, 556, 509, 863],
  'other|2': [611, 540, 511, 700, 688],
  'pedestrian|3': [966, 966, 966, 966, 966],
  'scooter|1': [288, 741, 986, 982, 981],
  'scooter|2': [473, 634, 822, 712, 716],
  'truck|1': [42, 18, 111, 506, 860],
  'truck|2': [310, 213, 206, 496, 593],
  'van|1': [26, 28, 399, 756, 864],
  'van|2': [165, 114, 565, 739, 723],
};

/** What was on the other side, the most fragile first. */
export const OPPONENTS = ['pedestrian', 'two wheels', 'car', 'heavy', 'nothing'] as const;

/** Ages at AGE_LEVELS, by `group|catu`. */
export const AGES: Readonly<Record<string, readonly number[]>> = {
  'motorcycle|1': [8, 16, 18, 23, 32, 47, 58, 63, 73, 92],
  'motorcycle|2': [0, 11, 15, 17, 23, 37, 54, 62, 70, 80],
  'other|1': [8, 16, 17, 23, 38, 55, 67, 74, 84, 92],
  'other|2': [0, 9, 12, 16, 24, 44, 62, 73, 83, 96],
  'scooter|1': [2, 13, 15, 19, 26, 37, 49, 55, 66, 91],
  'scooter|2': [0, 8, 9, 14, 16, 20, 27, 36, 46, 51],
  'pedestrian|3': [0, 6, 11, 20, 43, 66, 80, 85, 92, 109],
  'truck|1': [14, 23, 26, 34, 44, 53, 60, 63, 70, 92],
  'truck|2': [2, 13, 19, 25, 36, 49, 55, 60, 68, 77],
  'bus|1': [20, 25, 28, 35, 46, 54, 60, 63, 68, 83],
  'bus|2': [0, 9, 11, 15, 25, 47, 61, 67, 80, 88],
  'bicycle|1': [2, 15, 18, 26, 40, 58, 71, 76, 85, 93],
  'car|1': [14, 20, 21, 27, 39, 55, 70, 77, 87, 109],
  'car|2': [0, 3, 7, 17, 23, 41, 64, 74, 86, 102],
  'van|1': [14, 21, 23, 29, 40, 52, 62, 68, 79, 92],
  'van|2': [0, 7, 12, 20, 29, 45, 60, 68, 82, 110],
};

export const AGE_LEVELS: readonly number[] = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];
