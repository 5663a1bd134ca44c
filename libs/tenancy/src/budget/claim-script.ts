/**
 * A process claims its part of a server's connections. The sum of what is granted stays within the budget: a grant grows
 * only into what is free, and shrinks to no less than what is open. A process that has not been heard of for the time to
 * live is gone. After Redis has lost its memory nobody knows for that long what others hold: they say what they held,
 * and nobody gets more than the safe share.
 *
 * KEYS: the hash of the server. ARGV: id, wanted, open, held, demand, cap, budget, safe share, milliseconds to live.
 * Answers what is granted, then all members as JSON.
 */
export const CLAIM_SCRIPT = `
local id = ARGV[1]
local wanted, open, held, demand, cap = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local budget, safe, live = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local born = redis.call('HGET', KEYS[1], 'born')
if not born then
  born = now
  redis.call('HSET', KEYS[1], 'born', born)
end
local settled = now - tonumber(born) >= live
local all = redis.call('HGETALL', KEYS[1])
local others, mine, members = 0, nil, {}
for i = 1, #all, 2 do
  if all[i] ~= 'born' then
    local member = cjson.decode(all[i + 1])
    if member.ends < now then
      redis.call('HDEL', KEYS[1], all[i])
    elseif all[i] == id then
      mine = member.granted
    else
      others = others + member.granted
      members[#members + 1] = { id = all[i], demand = member.demand, cap = member.cap }
    end
  end
end
if not mine then mine = settled and 0 or held end
local granted = wanted
if wanted > mine then
  granted = math.max(mine, math.min(settled and wanted or math.min(wanted, safe), budget - others))
end
granted = math.max(granted, open, 0)
redis.call('HSET', KEYS[1], id, cjson.encode({ granted = granted, demand = demand, cap = cap, ends = now + live }))
redis.call('PEXPIRE', KEYS[1], 3600000)
members[#members + 1] = { id = id, demand = demand, cap = cap }
return { granted, cjson.encode(members) }
`;
