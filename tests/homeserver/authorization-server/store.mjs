// What oidc-provider stores, in memory. Nothing is dropped when it expires, so that it is refused as expired, not as unknown.
//
// Refresh tokens have a grace: a consumed one works again until a token that it gave is used. Then it is dead, and to use
// it ends the session.
import { controls } from './controls.mjs';

const tables = new Map();
// Access or refresh token -> the refresh token that gave it.
const parents = new Map();
// Refresh token -> the access and refresh token that it gave last.
const pairs = new Map();

export function table(model) {
  if (!tables.has(model)) tables.set(model, new Map());
  return tables.get(model);
}

export const clientName = (clientId) => table('Client').get(clientId)?.client_name;

export class Store {
  constructor(model) {
    this.model = model;
    this.table = table(model);
  }

  async upsert(id, payload) {
    this.table.set(id, payload);
  }

  async find(id) {
    return structuredClone(this.table.get(id));
  }

  async findByUid(uid) {
    return this.findBy((payload) => payload.uid === uid);
  }

  async findByUserCode(code) {
    return this.findBy((payload) => payload.userCode === code);
  }

  findBy(fits) {
    return structuredClone([...this.table.values()].find(fits));
  }

  async consume(id) {
    if (this.model !== 'RefreshToken') return consume(this.table.get(id));
    used(id);
    if (!controls(clientName(this.table.get(id)?.clientId)).refresh_grace) consume(this.table.get(id));
  }

  async destroy(id) {
    this.table.delete(id);
  }

  async revokeByGrantId(grantId) {
    for (const [id, payload] of this.table) if (payload.grantId === grantId) this.table.delete(id);
  }
}

function consume(payload) {
  if (payload) payload.consumed ??= Math.floor(Date.now() / 1000);
}

// A token was used: the grace of the one that gave it is over.
export function used(token) {
  const parent = parents.get(token);
  if (!parent) return;
  consume(table('RefreshToken').get(parent));
  for (const sibling of pairs.get(parent) ?? []) parents.delete(sibling);
  pairs.delete(parent);
}

// A refresh token gave these two; what it gave before is void.
export function rotated(refreshToken, pair) {
  for (const token of pairs.get(refreshToken) ?? []) {
    table('AccessToken').delete(token);
    table('RefreshToken').delete(token);
    parents.delete(token);
  }
  pairs.set(refreshToken, pair);
  for (const token of pair) parents.set(token, refreshToken);
}
