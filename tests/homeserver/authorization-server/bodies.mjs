// The bodies of requests. oidc-provider takes over what was read here.
export async function readBody(ctx) {
  if (typeof ctx.req.body === 'string') return ctx.req.body;
  const chunks = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  ctx.req.body = Buffer.concat(chunks).toString();
  return ctx.req.body;
}

export const readForm = async (ctx) => Object.fromEntries(new URLSearchParams(await readBody(ctx)));

export const readJson = async (ctx) => JSON.parse((await readBody(ctx)) || '{}');
