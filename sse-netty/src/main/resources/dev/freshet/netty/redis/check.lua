-- Checks that the history has the positions of the caller. If it does not, begins another incarnation, with a marker above all of
-- them. If it does but has no entries left, appends a note. With READ_ONLY, it writes neither, and returns which of them is to be
-- written.
-- KEYS: the stream; its head.
-- ARGV:
--   1     a new incarnation
--   2     the token of the marker or note
--   3     1 if the caller read an entry that does not follow the first of the positions, else 0
--   4-    positions of the caller, each an id and its token
-- Returns the newest id; the time in milliseconds; MARKER or NOTE if one was written or is to be, else ''; the number of entries that
-- were ever added to the stream; and the number that it has.
local FIXED = 3

local key, head = KEYS[1], KEYS[2]
local found = state(key, head)
local refusal = too_new(found.newest)
if refusal then
  return refusal
end
local time = now()

local function result(newest, envelope)
  return {newest, whole(time), envelope, whole(found.added), whole(found.length)}
end

local function write(id, envelope, incarnation, base, previous, previous_token)
  local refusal = too_new(id)
  if refusal then
    return refusal
  end
  local line = incarnation .. ' ' .. base .. ' ' .. whole(time) .. ' ' .. ARGV[2] .. ' ' .. previous .. ' ' .. previous_token
  redis.call('XADD', key, id, 'h', line, 'e', envelope)
  write_head(head, id, ARGV[2], incarnation, base)
  found.added, found.length = found.added + 1, found.length + 1
  return result(id, envelope)
end

local is_known = found.incarnation and (ARGV[3] == '0' or before(ARGV[FIXED + 1], found.base))
for i = FIXED + 1, #ARGV, 2 do
  is_known = is_known and has(key, found, ARGV[i], ARGV[i + 1])
end
if is_known and found.length > 0 then
  return result(found.newest, '')
end
if READ_ONLY then
  return result(found.newest, is_known and 'NOTE' or 'MARKER')
end
if is_known then -- the next entry follows the note, which follows the trimmed entry
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
