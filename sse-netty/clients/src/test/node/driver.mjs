// Runs one client of the npm registry until its input ends: node driver.mjs CLIENT WIRE.
// It takes lines "follow STREAM URL" and "leave STREAM", and tells lines "event STREAM TYPE ID DATA", "error STREAM TEXT"
// and "end STREAM"; tabs are between the fields.

import {createInterface} from 'node:readline'
import {createRequire} from 'node:module'
import {EventSource} from 'eventsource'
import {createEventSource} from 'eventsource-client'
import OpenAI from 'openai'
import {Agent, fetch} from 'undici'

const [name, wire] = process.argv.slice(2)

const dispatcher = new Agent({
  allowH2: wire === 'TLS_HTTP_2' || wire === 'PRIOR_KNOWLEDGE',
  ...(wire === 'PRIOR_KNOWLEDGE' ? {h2Options: {useH2c: true}} : {}),
  headersTimeout: 0,
  bodyTimeout: 0,
})
const speaking = (url, options) => fetch(url, {...options, dispatcher})

function tell(...fields) {
  process.stdout.write(fields.map(field => String(field ?? '').replaceAll(/[\t\r\n]/g, ' ')).join('\t') + '\n')
}

/** Each follows a stream, and returns what leaves it. */
const clients = {
  'eventsource'(stream, url) {
    class Telling extends EventSource {
      dispatchEvent(event) {
        if (event.type === 'error') {
          tell('error', stream, event.message)
        } else if (event.type !== 'open') {
          tell('event', stream, event.type, event.lastEventId, event.data)
        }
        return super.dispatchEvent(event)
      }
    }
    const source = new Telling(url, {fetch: speaking})
    return () => source.close()
  },

  'eventsource-client'(stream, url) {
    const source = createEventSource({
      url,
      fetch: speaking,
      onMessage: ({event, id, data}) => tell('event', stream, event ?? 'message', id, data),
      onDisconnect: () => tell('error', stream, 'disconnected'),
    })
    return () => source.close()
  },

  'fetch-event-source'(stream, url) {
    // It is made for browsers.
    globalThis.window ??= globalThis
    globalThis.document ??= {hidden: false, addEventListener() {}, removeEventListener() {}}
    const {fetchEventSource} = createRequire(import.meta.url)('@microsoft/fetch-event-source')
    const leaving = new AbortController()
    fetchEventSource(url, {
      fetch: speaking,
      signal: leaving.signal,
      openWhenHidden: true,
      onmessage: ({event, id, data}) => tell('event', stream, event || 'message', id, data),
      onclose() {
        throw new Error('ended') // which is how it is told to come back
      },
      onerror: error => tell('error', stream, error),
    })
    return () => leaving.abort()
  },

  'openai'(stream, url) {
    const leaving = new AbortController()
    const client = new OpenAI({baseURL: url, apiKey: 'none', maxRetries: 0, fetch: speaking})
    const answer = async () => {
      const chunks = await client.chat.completions.create(
        {model: 'none', messages: [{role: 'user', content: 'go'}], stream: true},
        {signal: leaving.signal},
      )
      for await (const chunk of chunks) {
        tell('event', stream, 'tick', '', chunk.choices[0].delta.content)
      }
    }
    answer().then(
      () => tell('end', stream),
      error => tell('error', stream, error.cause ?? error),
    )
    return () => leaving.abort()
  },
}

const following = new Map()
for await (const order of createInterface({input: process.stdin})) {
  const [verb, stream, url] = order.split('\t')
  if (verb === 'follow') {
    following.set(stream, clients[name](stream, url))
  } else {
    following.get(stream)()
    following.delete(stream)
  }
}
process.exit(0)
