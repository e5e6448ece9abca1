// Has one chat completion of OpenAI's client: node completions.mjs URL KEY PROMPT whole|stream.
// It tells lines "token TEXT", "whole TEXT", "end" and "error CLASS STATUS RETRY-AFTER CODE", with tabs between the fields and their
// values as JSON. Where its input ends it aborts the stream.

import OpenAI from 'openai'

const [baseURL, apiKey, prompt, how] = process.argv.slice(2)

function tell(kind, ...values) {
  process.stdout.write([kind, ...values.map(value => JSON.stringify(value ?? null))].join('\t') + '\n')
}

const client = new OpenAI({baseURL, apiKey, maxRetries: 0})
const messages = prompt === '' ? [] : [{role: 'user', content: prompt}]
const stream = how === 'stream'
const leaving = new AbortController()
process.stdin.on('end', () => leaving.abort()).resume()

try {
  const answer = await client.chat.completions.create({model: 'storyteller', messages, stream}, {signal: leaving.signal})
  if (stream) {
    let finish
    for await (const {choices: [{delta, finish_reason}]} of answer) {
      if (delta.content) {
        tell('token', delta.content)
      }
      finish = finish_reason
    }
    tell(leaving.signal.aborted ? 'aborted' : 'end', finish)
  } else {
    tell('whole', answer.choices[0].message.content)
  }
} catch (error) {
  tell('error', error.constructor.name, error.status, error.headers?.get('retry-after'), error.code ?? error.message)
}
process.exit(0)
