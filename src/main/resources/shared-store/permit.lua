-- Takes a permit.
-- KEYS: budget, permits due of FIRST, permits due of REFRESH, window, pause
-- ARGV: class, N, longest wait (us), last known number of granted permits, permits granted locally to FIRST and to REFRESH,
--       a random number from 0 to 1
local now = time_us()
local keys = { budget = KEYS[1], FIRST = KEYS[2], REFRESH = KEYS[3], window = KEYS[4] }
local budget = read_budget(keys, now, tonumber(ARGV[2]))
charge_forgotten(budget, tonumber(ARGV[4]))
charge(budget.FIRST, tonumber(ARGV[5]))
charge(budget.REFRESH, tonumber(ARGV[6]))

local paused = time_left(KEYS[5])
if paused > 0 then
  write_budget(budget)
  return { integer(now), 'paused', paused, unpack(levels(budget)) }
end

local class = budget[ARGV[1]]
local due = now + math.max(0, math.ceil((1 - class.level - 1e-9) / rate(budget.n)))
if class.waiting > 0 then
  due = math.max(due, tonumber(redis.call('LINDEX', class.key, -1)) or 0)
end
if budget.n < SMALL then
  local displaced = on('LINDEX', KEYS[4], -budget.n)
  due = math.max(due, displaced and tonumber(displaced) + WINDOW_US or 0)
end

local wait = due - now
if wait <= tonumber(ARGV[3]) then
  class.level = class.level - 1
  budget.granted = budget.granted + 1
  if wait > 0 then
    redis.call('RPUSH', class.key, integer(due))
  end
  if budget.n < SMALL then
    redis.call('RPUSH', KEYS[4], integer(due))
    redis.call('LTRIM', KEYS[4], -SMALL, -1)
  end
  if ARGV[1] == 'FIRST' then
    budget.first = budget.first + 1 / SMOOTHED_OVER_US
  end
  write_budget(budget)
  return { integer(now), 'granted', integer(wait), unpack(levels(budget)) }
end

-- The retry times of rejected first checks are staggered, as permits become available.
local retry = wait
if ARGV[1] == 'FIRST' then
  local random = tonumber(ARGV[7])
  local longest = math.max(wait, 30000000)
  local gap = (budget.REFRESH.level < 1 and 1 or 0.5) / rate(budget.n) * (0.5 + random)
  retry = math.max(wait, budget['return'] - now + gap)
  if retry > longest then
    retry = wait + random * (longest - wait)
  else
    budget['return'] = now + retry
  end
end
write_budget(budget)
return { integer(now), 'throttled', integer(retry), unpack(levels(budget)) }
