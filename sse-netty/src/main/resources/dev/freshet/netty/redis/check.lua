-- Begins another incarnation, above all ids that the caller knows, where the history is not the one that it knows.
-- KEYS: the stream.
-- ARGV: the newest id that the caller knows; the incarnation of an entry that does not follow its history, or ''; a new
-- incarnation.
-- Returns the newest id.
local key = KEYS[1]
local newest, length, incarnation = state(key)
local previous = '0-0'
if length == 0 and newest ~= '0-0' and not before(newest, ARGV[1]) then
  previous = newest -- all is trimmed: who was there has lost nothing
elseif incarnation and incarnation ~= ARGV[2] and not before(newest, ARGV[1]) then
  return {newest}
end
local known_ms = parts(ARGV[1])
local newest_ms = parts(newest)
local time = now()
local marker = whole(math.max(time, known_ms + 1, newest_ms + 1)) .. '-0'
redis.call('XADD', key, marker, 'k', 'MARKER', 'i', ARGV[3], 'p', previous, 'w', whole(time))
return {marker}
