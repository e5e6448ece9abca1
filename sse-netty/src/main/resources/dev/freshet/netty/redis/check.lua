-- Begins another incarnation, above all ids that the caller knows, where the history is not the one that it knows. READ_ONLY where
-- it is not to write: it tells then that it would.
-- KEYS: the stream; its head.
-- ARGV: a new incarnation; the token of what is written; whether an entry did not follow the first of the places, 1 or 0; places
-- that the caller knows, each an id and its token.
-- Returns the newest id, the time in milliseconds, and what was written or is to be, or ''.
local FIXED = 3

local key, head = KEYS[1], KEYS[2]
local found = state(key, head)
local refusal = too_new(found.newest)
if refusal then
  return refusal
end
local time = now()

local function write(id, what, incarnation, base, previous, previous_token)
  local refusal = too_new(id)
  if refusal then
    return refusal
  end
  local line = incarnation .. ' ' .. base .. ' ' .. whole(time) .. ' ' .. ARGV[2] .. ' ' .. previous .. ' ' .. previous_token
  redis.call('XADD', key, id, 'h', line, 'e', what)
  write_head(head, id, ARGV[2], incarnation, base)
  return {id, whole(time), what}
end

local is_known = found.incarnation and (ARGV[3] == '0' or before(ARGV[FIXED + 1], found.base))
for i = FIXED + 1, #ARGV, 2 do
  is_known = is_known and has(key, found, ARGV[i], ARGV[i + 1])
end
if is_known and found.length > 0 then
  return {found.newest, whole(time), ''}
end
if READ_ONLY then
  return {found.newest, whole(time), is_known and 'NOTE' or 'MARKER'}
end
if is_known then -- what comes next goes on from what is gone
  local ms, sequence = following(found.newest, time, 1)
  local id = whole(ms) .. '-' .. whole(sequence)
  return write(id, 'NOTE', found.incarnation, found.base, found.newest, found.token)
end
local ms = math.max(time, tonumber((parts(found.newest))) + 1)
for i = FIXED + 1, #ARGV, 2 do
  ms = math.max(ms, tonumber((parts(ARGV[i]))) + 1)
end
local marker = whole(ms) .. '-0'
return write(marker, 'MARKER', ARGV[1], marker, '0-0', '-')
