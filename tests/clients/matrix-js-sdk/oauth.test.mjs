// matrix-js-sdk's OAuth 2.0 calls, against two loopbacks: HARDLINE_URL, and HARDLINE_HASTY_URL, whose device codes are valid
// for two seconds. Both have the account alice with the password `secret`. The user is played by plain forms.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as sdk from "matrix-js-sdk";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { OAuth2 } from "matrix-js-sdk/lib/oauth/index.js";

const REDIRECT_URI = "http://127.0.0.1:4567/callback";
const baseUrl = required("HARDLINE_URL");
const hastyUrl = required("HARDLINE_HASTY_URL");

before(() => logger.setLevel("silent"));

function required(name) {
    const value = process.env[name];
    assert.ok(value, `${name} is not set: run the test of the crate hardline-tests`);
    return value;
}

async function metadata(url = baseUrl) {
    return await sdk.createClient({ baseUrl: url }).getAuthMetadata();
}

// A registered client, which is about to log in.
async function oauth(url = baseUrl) {
    const found = await metadata(url);
    const clientId = await OAuth2.registerClient(found, {
        client_name: "matrix-js-sdk",
        client_uri: "https://example.com/",
        application_type: "native",
        redirect_uris: ["http://127.0.0.1/callback"],
    });
    return new OAuth2(found, { clientId });
}

// What stands in a page's hidden field.
function hidden(page, name) {
    const field = new RegExp(`<input type="hidden" name="${name}" value="([^"]*)">`).exec(page);
    assert.ok(field, page);
    return field[1];
}

// Opens a page, fills in its form, and gives the response to that.
async function submit(url, fields) {
    const page = await (await fetch(url)).text();
    const body = new URLSearchParams({ token: hidden(page, "token"), ...fields });
    const { origin, pathname } = new URL(url);
    return await fetch(origin + pathname, { method: "POST", body, redirect: "manual" });
}

async function approve(url, user = "alice") {
    return await submit(url, { user, password: "secret", decision: "approve" });
}

// The parameters that the browser brings back.
function broughtBack(response, mode) {
    assert.equal(response.status, 303);
    const url = new URL(response.headers.get("location"));
    assert.equal(url.origin + url.pathname, REDIRECT_URI);
    return new URLSearchParams(mode === "fragment" ? url.hash.slice(1) : url.search);
}

async function logIn(client, mode, prompt, user) {
    const url = await client.generateAuthorizationCodeGrantUrl("the state", REDIRECT_URI, mode, prompt);
    const parameters = broughtBack(await approve(url, user), mode ?? "fragment");
    assert.equal(parameters.get("state"), "the state");
    return await client.completeAuthorizationCodeGrant(parameters.get("code"), REDIRECT_URI);
}

async function whoami(accessToken, url = baseUrl) {
    return await sdk.createClient({ baseUrl: url, accessToken }).whoami();
}

async function isUnknown(accessToken) {
    await assert.rejects(whoami(accessToken), { errcode: "M_UNKNOWN_TOKEN", httpStatus: 401 });
}

test("the metadata is valid", async () => {
    const found = await metadata();
    assert.equal(found.issuer, `${baseUrl}/`);
    assert.ok(found.device_authorization_endpoint);
    assert.ok(found.account_management_uri);
});

test("there is no other login", async () => {
    const client = sdk.createClient({ baseUrl });
    await assert.rejects(client.loginFlows(), { errcode: "M_UNRECOGNIZED", httpStatus: 404 });
});

for (const mode of [undefined, "fragment", "query"]) {
    test(`a user logs in, and the response mode is ${mode}`, async () => {
        const client = await oauth();
        const tokens = await logIn(client, mode);
        assert.equal(tokens.token_type, "Bearer");
        assert.equal(tokens.expires_in, 300);
        const owner = await whoami(tokens.access_token);
        assert.equal(owner.user_id, `@alice:${new URL(baseUrl).host}`);
        assert.equal(owner.device_id, client.context.deviceId);
    });
}

test("a user registers", async () => {
    const tokens = await logIn(await oauth(), "query", "create", "carol");
    const owner = await whoami(tokens.access_token);
    assert.equal(owner.user_id, `@carol:${new URL(baseUrl).host}`);
});

test("a user who refuses gives no code", async () => {
    const client = await oauth();
    const url = await client.generateAuthorizationCodeGrantUrl("the state", REDIRECT_URI);
    const parameters = broughtBack(await submit(url, { decision: "deny" }), "fragment");
    assert.equal(parameters.get("error"), "access_denied");
    assert.equal(parameters.get("code"), null);
});

test("tokens are refreshed", async () => {
    const client = await oauth();
    const tokens = await logIn(client);
    const next = await client.performRefreshTokenGrant(tokens.refresh_token);
    assert.notEqual(next.access_token, tokens.access_token);
    assert.notEqual(next.refresh_token, tokens.refresh_token);
    const owner = await whoami(next.access_token);
    assert.equal(owner.device_id, client.context.deviceId);
    // Its successor is in use.
    await assert.rejects(client.performRefreshTokenGrant(tokens.refresh_token), { error: "invalid_grant" });
});

test("a client whose access token is not known refreshes it by itself, and logs out", async () => {
    const client = await oauth();
    const { refresh_token: refreshToken } = await logIn(client);
    let stored;
    const matrix = sdk.createClient({
        baseUrl,
        accessToken: "expired",
        refreshToken,
        oauthClientId: client.context.clientId,
        deviceId: client.context.deviceId,
        onTokenRefresh: (tokens) => {
            stored = tokens;
        },
    });
    const owner = await matrix.whoami();
    assert.equal(owner.device_id, client.context.deviceId);
    assert.equal(matrix.getAccessToken(), stored.accessToken);
    await matrix.logout();
    await isUnknown(stored.accessToken);
});

for (const type of ["access_token", "refresh_token", undefined]) {
    test(`tokens are revoked, and the hint is ${type}`, async () => {
        const client = await oauth();
        const tokens = await logIn(client);
        await client.revokeToken(tokens[type ?? "refresh_token"], type);
        await isUnknown(tokens.access_token);
        await assert.rejects(client.performRefreshTokenGrant(tokens.refresh_token), { error: "invalid_grant" });
    });
}

test("a device is approved", async () => {
    const client = await oauth();
    const session = await client.startDeviceAuthorizationGrant();
    const response = await approve(session.verification_uri_complete);
    assert.equal(response.status, 200);
    const tokens = await client.waitForDeviceAuthorizationGrant(session);
    const owner = await whoami(tokens.access_token);
    assert.equal(owner.device_id, client.context.deviceId);
    await whoami((await client.performRefreshTokenGrant(tokens.refresh_token)).access_token);
});

test("a device is approved while it waits", async () => {
    const client = await oauth();
    const session = await client.startDeviceAuthorizationGrant();
    const waiting = client.waitForDeviceAuthorizationGrant(session);
    await approve(`${session.verification_uri}?code=${session.user_code.toLowerCase()}`);
    await whoami((await waiting).access_token);
});

test("a device is refused", async () => {
    const client = await oauth();
    const session = await client.startDeviceAuthorizationGrant();
    await submit(session.verification_uri_complete, { decision: "deny" });
    const outcome = await client.waitForDeviceAuthorizationGrant(session);
    assert.equal(outcome.error, "access_denied");
});

test("nobody decides on a device", async () => {
    const client = await oauth(hastyUrl);
    const session = await client.startDeviceAuthorizationGrant();
    // The library has a clock of its own, which says so without asking.
    session.expires_in = 60;
    const outcome = await client.waitForDeviceAuthorizationGrant(session);
    assert.equal(outcome.error, "expired_token");
});
