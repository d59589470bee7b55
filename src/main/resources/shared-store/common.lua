-- Beginning of every script. Entries have a format version; an entry that cannot be parsed counts as absent.
local DAY_US = 86400000000

local function time_us()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function integer(number)
  return string.format('%.0f', number)
end

-- Runs a command on a key; a key of another type is invalid and is removed first.
local function on(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) == 'table' and reply.err and string.find(reply.err, 'WRONGTYPE', 1, true) then
    redis.call('DEL', key)
    return redis.call(command, key, ...)
  end
  if type(reply) == 'table' and reply.err then
    return redis.call(command, key, ...)
  end
  return reply
end

-- Milliseconds until a key expires; not positive if there is none or it does not expire.
local function time_left(key)
  return redis.call('PTTL', key)
end

-- The outcome of a task's last check: 1 KIND TOKEN CHECKED_AT_MS TOOK_MS PAYLOAD. KIND is L (live), T (terminal) or N (not found).
local function entry(key, now)
  local value = on('GET', key)
  if not value then
    return nil
  end
  local kind, token, at, took, payload = string.match(value, '^1 ([LTN]) (%d+) (%d+) (%d+) (.*)$')
  if not kind or #token > 16 or #at > 13 or #took > 9 or tonumber(token) > now + DAY_US then
    return nil
  end
  return { kind = kind, token = tonumber(token), at = tonumber(at), took = took, payload = payload }
end

-- Why a task is not to be checked: 1 TOKEN REASON.
local function refusal(key)
  local value = on('GET', key)
  local token, reason = string.match(value or '', '^1 (%d+) (.*)$')
  if not token or #token > 16 or time_left(key) <= 0 then
    return nil
  end
  return { token = tonumber(token), reason = reason }
end

local function held(found, key)
  return {
    found.kind, integer(found.token), integer(found.at), found.took, found.payload, integer(time_left(key))
  }
end

-- Removes tasks that have not been checked recently and returns the number of the others.
local function count_live(key, now, live_ms)
  on('ZREMRANGEBYSCORE', key, '-inf', integer(now / 1000 - live_ms))
  redis.call('PEXPIRE', key, integer(live_ms))
  return redis.call('ZCARD', key)
end

-- The last token that was issued, as far as the store or a replica knows, so that the sequence survives the loss of the data.
local function last_token(key, now, ...)
  local last = tonumber(on('GET', key) or '0') or 0
  if last > now + DAY_US then
    last = 0
  end
  for _, seen in ipairs({ ... }) do
    if seen <= now + DAY_US then
      last = math.max(last, seen)
    end
  end
  return last
end

local function keep_token(key, token)
  redis.call('SET', key, integer(token), 'PX', integer(DAY_US / 1000))
end

local LOG_TTL_MS = 3600000
local LOG_LENGTH = 10000
local LARGEST_INLINE = 1024

-- Appends to the log. Its entries are numbered, so that a reader notices gaps; the epoch changes when the numbering restarts.
local function append(log, meta, epoch, fields)
  if on('HSETNX', meta, 'epoch', epoch) == 1 then
    redis.call('HDEL', meta, 'number')
  end
  local number = redis.pcall('HINCRBY', meta, 'number', 1)
  if type(number) == 'table' then
    redis.call('DEL', meta)
    redis.call('HSET', meta, 'epoch', epoch, 'number', 1)
    number = 1
  end
  redis.call('PEXPIRE', meta, 24 * LOG_TTL_MS)
  on('XADD', log, 'MAXLEN', '~', LOG_LENGTH, '*', 'v', '1', 'n', integer(number), unpack(fields))
  redis.call('PEXPIRE', log, LOG_TTL_MS)
end
