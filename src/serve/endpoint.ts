/**
 * What a route is: a path, who may use it, what it does, and how the API document describes it.
 * The checks that come before `handle` are in `serve/admit`, in one place and one order.
 */
import type { Context } from 'hono';
import type { ZodObject, ZodType } from 'zod';
import type { InputSpec } from '../ml/model.ts';
import type { User } from '../store/database/users.ts';
import { toResponse, type TextAnswer } from './answer.ts';
import type { MediaType } from './request-body.ts';

export interface Endpoint {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As Hono writes it: `/retrain/:id`. */
  readonly path: string;
  readonly access: Access;
  /** What an API key must be good for; absent: keys are not accepted, only people's tokens. */
  readonly scope?: Scope;
  /** Of the daemon's health: answers however busy it is, and to whatever name it was called by. */
  readonly isHealth?: true;
  /** However busy the daemon is: who watches it must see that. */
  readonly answersWhenBusy?: true;
  /** May be used with a password that has to be changed first. */
  readonly beforePasswordChange?: true;
  readonly body?: BodyRule;
  /** Seconds until this address may call again, if it may not now. */
  readonly addressWaitS?: (address: string) => Promise<number | undefined>;
  readonly handle: (request: Admitted) => Response | Promise<Response>;
  /** Absent: not part of the API document (pages, scripts). */
  readonly describe?: (facts: DocumentFacts) => Description;
}

/**
 * A route that the socket may ask without anything between (serve/hot-route): its answer is text, and whoever
 * asks writes it. Everywhere else it is a route like any other.
 */
export interface HotEndpoint extends Omit<Endpoint, 'handle' | 'addressWaitS'> {
  readonly body: BodyRule;
  readonly answer: (question: HotQuestion) => TextAnswer | Promise<TextAnswer>;
}

export type HotQuestion = Pick<Admitted, 'url' | 'body' | 'user' | 'answeredBy' | 'requestId'>;

export const toEndpoint = ({ answer, ...route }: HotEndpoint): Endpoint => ({
  ...route,
  handle(request) {
    const given = answer(request);
    return given instanceof Promise ? given.then(toResponse) : toResponse(given);
  },
});

export const SCOPES = ['predict', 'history', 'feedback', 'retrain', 'models', 'metrics'] as const;

export type Scope = (typeof SCOPES)[number];

export type Access = 'open' | 'user' | 'admin';

export interface BodyRule {
  readonly type: MediaType;
  /** A form is as good: what RFC 6749 and 7009 send. */
  readonly orForm?: true;
  /** Other types that are as good. */
  readonly also?: readonly MediaType[];
  /**
   * `bytes`: as they came, whatever the type says. `stream`: not read, the route does that; the size is only
   * what was announced. Absent: text in UTF-8.
   */
  readonly reading?: 'bytes' | 'stream';
  readonly maxBytes: number;
  /** An empty body without a Content-Type is fine. */
  readonly optional?: true;
}

/** A request that passed every check of its route. */
export interface Admitted {
  readonly context: Context;
  readonly url: string;
  /** The text of the body; empty when the route takes none. */
  readonly body: string;
  /** Of a route that reads bytes. */
  readonly bytes: Buffer;
  /** Of an open route: nobody. */
  readonly user: User | undefined;
  /** What signing out ends; undefined for keys and open routes. */
  readonly session: string | undefined;
  /** Came with an API key: a program, not a person. */
  readonly isService: boolean;
  readonly address: string;
  /** Set by routes that ask a model: whose time this is. */
  answeredBy?: { readonly name: string; readonly version: string };
  readonly requestId: () => string;
}

/** What the API document says of the model of rows in production. */
export interface DocumentFacts {
  readonly inputs: readonly InputSpec[] | undefined;
}

export const TAGS = ['auth', 'predict', 'history', 'models', 'retrain', 'users', 'service', 'v2'] as const;

export type Tag = (typeof TAGS)[number];

export interface Description {
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  readonly query?: ZodObject;
  readonly headers?: ZodObject;
  readonly request?: { readonly schema: ZodType; readonly example?: unknown };
  readonly answers: Readonly<Record<number, Described>>;
}

export interface Described {
  readonly description: string;
  readonly schema?: ZodType;
  /** null: the answer has no body. */
  readonly contentType?: string | readonly string[] | null;
}
