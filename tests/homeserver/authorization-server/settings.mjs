// What up.sh says in the environment.
const env = process.env;

export const issuer = new URL(env.ISSUER);
export const homeserver = env.HOMESERVER;
// What this server and the homeserver know each other by.
export const secret = env.SECRET;
