// What a test changes: how long things live, what the server does otherwise than by default, and faults. Each client has
// its own, by its name, so that tests do not disturb each other.

// Times are in seconds.
const defaults = {
  access_ttl: 300,
  refresh_ttl: 14 * 86400,
  code_ttl: 60,
  device_ttl: 1200,
  interval: 1,
  // A refresh token works again until one of the tokens that it gave is used.
  refresh_grace: true,
  issue_refresh: true,
  rotate: true,
  // The statuses of matrix-authentication-service.
  mas_statuses: false,
  // Members that token responses lack.
  omit: [],
};

const values = new Map();
const faults = new Map();
const requests = [];

export const controls = (client) => ({ ...defaults, ...values.get(client) });

// Faults take the place of those that did not come yet.
export function setControls({ client, faults: list, ...changes }) {
  if (!client) throw new Error('name the client');
  for (const name of Object.keys(changes)) if (!(name in defaults)) throw new Error(`there is no control ${name}`);
  if (list) faults.set(client, list.map((fault) => ({ times: 1, ...fault })));
  values.set(client, { ...values.get(client), ...changes });
  return controls(client);
}

// The fault that this request meets, if any.
export function takeFault(client, path) {
  const fault = faults.get(client)?.find((fault) => fault.path === path && fault.times > 0);
  if (fault) fault.times -= 1;
  return fault;
}

export function record(request) {
  requests.push(request);
}

// What a client asked for, oldest first.
export const requestsOf = (client) => requests.filter((request) => request.client === client);
