export { Client } from "./client.js";
export { MemorySink } from "./sink.js";
export { Core, abi, decode, encode, default as init, initSync, schema } from "./core/hardline_web.js";
