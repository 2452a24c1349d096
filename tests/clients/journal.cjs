// What the fake's journal has of a client's calls.
"use strict";
const url = process.env.IMAGEN_FAKE_URL;

const read = async (path) => (await fetch(`${url}/_fake/calls${path}`)).json();

/** The requests with such a prompt (`*` for any words), in order: each attempt is one. */
const calls = async (prompt) => (await read(`?prompt=${encodeURIComponent(prompt)}`)).calls;

/** The body of the last request with a prompt. */
async function sent(prompt) {
  const { number } = (await calls(prompt)).at(-1);
  return (await read(`/${number}`)).body;
}

module.exports = { calls, sent };
