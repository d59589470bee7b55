-- Beginning of the scripts that use the budget: N permits in any 60 s for all replicas. FIRST and REFRESH each own a bucket of
-- about N/8 permits that fills at the rate of 3N/8 permits in 61 s; what exceeds one bucket goes into the other. A
-- permit that is due later is taken at once, so a level may be negative. Permits that are granted and not yet due
-- occupy room in their bucket, so that at most N permits are granted for calls that start in any 60 s, including calls
-- that start up to 1 s late. Below N = 8 the buckets are larger than that, and the last N permits are recorded.
local WINDOW_US = 61000000
local SMALL = 8
local BUDGET_TTL_MS = 600000
local SMOOTHED_OVER_US = 15000000

local function capacity(n)
  return math.max(1, n / 8 - 1)
end

-- Permits per microsecond of each class.
local function rate(n)
  return n * 0.375 / WINDOW_US
end

local function smooth(budget, now)
  local elapsed = math.max(0, now - budget.smoothed) / SMOOTHED_OVER_US
  local rest = math.exp(-elapsed)
  budget.second = (budget.second + budget.first * elapsed) * rest
  budget.first = budget.first * rest
  budget.smoothed = now
end

local function pour(level, permits, room)
  local fits = math.max(0, math.min(permits, room - level))
  return level + fits, permits - fits
end

local function advance(budget, to)
  local permits = math.max(0, to - budget.time) * rate(budget.n)
  local room = capacity(budget.n)
  local first_room, refresh_room = room - budget.FIRST.waiting, room - budget.REFRESH.waiting
  local over_first, over_refresh, unused
  budget.FIRST.level, over_first = pour(budget.FIRST.level, permits, first_room)
  budget.REFRESH.level, over_refresh = pour(budget.REFRESH.level, permits, refresh_room)
  budget.FIRST.level, unused = pour(budget.FIRST.level, over_refresh, first_room)
  budget.REFRESH.level, unused = pour(budget.REFRESH.level, over_first, refresh_room)
  budget.time = math.max(budget.time, to)
end

local function next_due(class)
  return class.waiting > 0 and (tonumber(redis.call('LINDEX', class.key, 0)) or 0) or math.huge
end

local FIELDS = { 'n', 'named', 'time', 'FIRST', 'REFRESH', 'granted', 'first', 'second', 'smoothed', 'return' }

local function read_budget(keys, now, n)
  local values = on('HMGET', keys.budget, 'v', unpack(FIELDS))
  local budget = { key = keys.budget, window = keys.window }
  local readable = values[1] == '1'
  for i, field in ipairs(FIELDS) do
    budget[field] = tonumber(values[i + 1] or '')
    readable = readable and budget[field] ~= nil and budget[field] == budget[field]
  end
  -- If the clock was set back, the stored times are useless and treated as lost.
  if not readable or now < budget.time - 1000000 or budget.n < 1 then
    redis.call('DEL', keys.budget, keys.FIRST, keys.REFRESH, keys.window)
    local start = math.max(0, n / 8 - capacity(n))
    budget.n, budget.named, budget.time, budget.granted, budget['return'] = n, now, now, 0, now
    budget.FIRST, budget.REFRESH = start, start
    budget.first, budget.second, budget.smoothed = 0, 0, now
    if n < SMALL then
      budget.FIRST, budget.REFRESH = 1, 1
      for _ = 1, n do
        redis.call('RPUSH', keys.window, integer(now))
      end
    end
  end
  -- The smallest budget that any replica has reported in the last minute applies.
  if n <= budget.n or now - budget.named > 60000000 then
    budget.n, budget.named = n, now
  end
  for _, name in ipairs({ 'FIRST', 'REFRESH' }) do
    budget[name] = {
      key = keys[name], level = math.min(budget[name], capacity(budget.n)), waiting = on('LLEN', keys[name])
    }
  end
  while math.min(next_due(budget.FIRST), next_due(budget.REFRESH)) <= now do
    local class = next_due(budget.FIRST) <= next_due(budget.REFRESH) and budget.FIRST or budget.REFRESH
    advance(budget, next_due(class))
    redis.call('LPOP', class.key)
    class.waiting = class.waiting - 1
  end
  advance(budget, now)
  smooth(budget, now)
  return budget
end

-- Charges permits that were granted without the store, as far as the bucket holds them.
local function charge(class, permits)
  class.level = math.max(math.min(class.level, 0), class.level - math.max(0, permits))
end

-- After a failover the store may have lost permits that a replica knows of, though not their classes.
local function charge_forgotten(budget, granted_seen)
  local forgotten = granted_seen - budget.granted
  if forgotten > 0 then
    charge(budget.FIRST, forgotten)
    charge(budget.REFRESH, forgotten)
    budget.granted = granted_seen
  end
end

local function write_budget(budget)
  local values = { 'v', '1' }
  for _, field in ipairs(FIELDS) do
    local value = budget[field]
    if type(value) == 'table' then
      value = value.level
    end
    values[#values + 1] = field
    values[#values + 1] = string.format('%.17g', value)
  end
  redis.call('HSET', budget.key, unpack(values))
  for _, key in ipairs({ budget.key, budget.FIRST.key, budget.REFRESH.key, budget.window }) do
    redis.call('PEXPIRE', key, BUDGET_TTL_MS)
  end
end

-- The part of the budget that replicas keep, for their metrics and for when the store is unavailable.
local function levels(budget)
  return {
    integer(budget.granted),
    string.format('%.6f', budget.FIRST.level / capacity(budget.n)),
    string.format('%.6f', budget.REFRESH.level / capacity(budget.n)),
    integer(budget.n),
    string.format('%.6f', budget.second * 1000000)
  }
end
