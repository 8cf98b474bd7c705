// A person with a browser that has no window: follows redirects within this server, submits its forms, and stops at a
// redirect to elsewhere, at an error, and where nothing is left to do.
import { issuer } from './settings.mjs';

// On the URL that a client sent them to. Returns where the client has its browser back.
export async function authorize({ url, user, decision = 'allow' }) {
  const browser = new Browser();
  return browser.play(await browser.open('GET', url), user, decision);
}

// On the page where a user code is typed, or its URL that has the code. `deny` is on the page to log in, `abort` before it.
export async function device({ user_code: code, verification_uri_complete: url, user, decision = 'allow' }) {
  const browser = new Browser();
  if (url) return browser.play(await browser.open('GET', url), user, decision);
  const form = await browser.open('GET', '/link');
  const { xsrf } = inputs(form.text);
  return browser.play(await browser.open('POST', '/link', { xsrf, user_code: code }), user, decision);
}

// On a page of the account.
export async function manage({ url, user }) {
  const browser = new Browser();
  return browser.play(await browser.open('GET', url), user);
}

class Browser {
  cookies = new Map();

  async open(method, where, form) {
    const url = new URL(where, issuer);
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: this.cookiesFor(url.pathname) },
      body: form && new URLSearchParams(form),
    });
    response.headers.getSetCookie().forEach((cookie) => this.keep(cookie));
    const location = response.headers.get('location');
    return { status: response.status, location: location && new URL(location, issuer), text: await response.text() };
  }

  async play(answer, user, decision) {
    for (;;) {
      const { status, location, text } = answer;
      if (location && location.origin !== issuer.origin) return { status, location: location.href };
      const error = /<p id="error">(.*?)<\/p>/.exec(text)?.[1];
      const form = /<form[^>]* action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(text);
      if (location) answer = await this.open('GET', location);
      else if (error || !form) return { status, error, done: text.includes('<p id="done">') };
      else answer = await this.open('POST', unescaped(form[1]), filled(inputs(form[2]), user, decision));
    }
  }

  keep(cookie) {
    const [pair, ...attributes] = cookie.split('; ');
    const path = attributes.find((attribute) => attribute.startsWith('path='))?.slice('path='.length) ?? '/';
    this.cookies.set(`${pair.split('=')[0]} ${path}`, { pair, path });
  }

  cookiesFor(pathname) {
    const cookies = [...this.cookies.values()].filter(({ path }) => pathname.startsWith(path));
    return cookies.map(({ pair }) => pair).join('; ');
  }
}

const unescaped = (html) => html.replace(/&#(\d+);/g, (_, number) => String.fromCharCode(number));

function filled(form, user, decision) {
  if ('user' in form) return { ...form, user, decision };
  return decision === 'abort' ? { ...form, abort: 'yes' } : form;
}

function inputs(html) {
  const fields = [...html.matchAll(/<input[^>]*? name="(\w+)"[^>]*>/g)];
  return Object.fromEntries(fields.map(([input, name]) => [name, / value="([^"]*)"/.exec(input)?.[1] ?? '']));
}
