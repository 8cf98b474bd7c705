// Who is logged in with which device, here and at the homeserver.
import { homeserver, secret } from './settings.mjs';
import { Store, table } from './store.mjs';
import { deviceOf } from './rules.mjs';

// By the ID of the grant.
const sessions = new Map();

export const sessionsOf = (user) => [...sessions.values()].filter((session) => session.user === user);

// The homeserver's half of the agreement that it calls matrix_authentication_service.
export async function tellHomeserver(what, body) {
  const response = await fetch(`${homeserver}/_synapse/mas/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
}

export async function provision(user) {
  if (!/^[a-z0-9._=\/+-]+$/.test(user ?? '')) throw new Error('a user is named by a-z 0-9 . _ = / + -');
  await tellHomeserver('provision_user', { localpart: user });
}

// A grant gave its first token.
export async function begin(grantId, user, scope, client) {
  if (sessions.has(grantId)) return;
  const device = deviceOf(scope);
  const session = { user, device, client_id: client.clientId };
  await provision(user);
  if (device) {
    // Whoever logs in again as a device ends the session that it had.
    for (const [other, { user: owner, device: same }] of sessions) {
      if (owner === user && same === device) await forget(other);
    }
    await tellHomeserver('upsert_device', { localpart: user, device_id: device, display_name: client.clientName });
  }
  sessions.set(grantId, session);
}

export async function end(grantId) {
  const session = await forget(grantId);
  if (session?.device) await tellHomeserver('delete_device', { localpart: session.user, device_id: session.device });
}

export async function endWhere(fits) {
  for (const [grantId, session] of sessions) if (fits(session)) await end(grantId);
}

async function forget(grantId) {
  for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode']) {
    await new Store(model).revokeByGrantId(grantId);
  }
  table('Grant').delete(grantId);
  const session = sessions.get(grantId);
  sessions.delete(grantId);
  return session;
}
