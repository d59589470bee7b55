-- Returns the outcomes and refusals of the given tasks.
-- KEYS: task and refusal of each of them
local now = time_us()
local all = {}
for i = 1, #KEYS, 2 do
  local found = entry(KEYS[i], now)
  all[#all + 1] = found and held(found, KEYS[i]) or {}
  local refused = refusal(KEYS[i + 1])
  all[#all + 1] = refused and { integer(refused.token), refused.reason, time_left(KEYS[i + 1]) } or {}
end
return { integer(now), all }
