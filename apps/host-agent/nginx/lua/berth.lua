-- What serves, in two shared dicts.
-- berth_doors:  "current <stack>" -> generation;  "doors <stack> <generation>" -> text (see doors-text.ts), never changed once it is there.
--               A switch is the one write of "current".
-- berth_flight: "<worker pid> <stack> <generation>" -> requests in flight. Only that worker writes it.
local doors = ngx.shared.berth_doors
local flight = ngx.shared.berth_flight

local M = {}

function M.read(text)
  local set = { endpoints = {}, containers = {}, turn = {} }
  for word, rest in string.gmatch(text, "(%S+) ([^\n]+)") do
    if word == "generation" then
      set.generation = string.match(rest, "^%d+%.%d+$")
    elseif word == "server" then
      set.endpoints[string.match(rest, "^%S+")] = {}
    elseif word == "endpoint" then
      local key, container, address, port = string.match(rest, "^(%S+) (%S+) %S+ (%S+) (%d+)$")
      table.insert(set.endpoints[key], { container = container, address = address, port = tonumber(port) })
      set.containers[container] = true
    end
  end
  return set
end

local function is_older(a, b)
  local a_incarnation, a_position = string.match(a, "^(%d+)%.(%d+)$")
  local b_incarnation, b_position = string.match(b, "^(%d+)%.(%d+)$")
  if a_incarnation ~= b_incarnation then return tonumber(a_incarnation) < tonumber(b_incarnation) end
  return tonumber(a_position) < tonumber(b_position)
end

-- Returns an HTTP status and words.
function M.put(stack, text)
  local ok, set = pcall(M.read, text)
  if not ok or not set.generation then return 400, "not a doors text" end
  local current = doors:get("current " .. stack)
  if current == set.generation then return 200, "served already" end
  if current and is_older(set.generation, current) then return 409, "generation " .. current .. " is newer" end
  -- safe_set: never at the cost of another stack's entry.
  local stored, err = doors:safe_set("doors " .. stack .. " " .. set.generation, text)
  if stored then stored, err = doors:safe_set("current " .. stack, set.generation) end
  if not stored then return 507, err end
  return 201, "served"
end

function M.remove(stack)
  doors:delete("current " .. stack)
end

-- All stacks that serve, each as a line "stack <name>" and its text.
function M.all()
  local parts = {}
  for _, key in ipairs(doors:get_keys(0)) do
    local stack = string.match(key, "^current (.+)$")
    local text = stack and doors:get("doors " .. stack .. " " .. doors:get(key))
    if text then table.insert(parts, "stack " .. stack .. "\n" .. text) end
  end
  return table.concat(parts)
end

local sets = {}

local function set_of(stack, generation)
  local known = sets[stack]
  if known and known.generation == generation then return known end
  local text = doors:get("doors " .. stack .. " " .. generation)
  if not text then return nil end
  sets[stack] = M.read(text)
  return sets[stack]
end

local function add(counter, by)
  local left = flight:incr(counter, by, 0)
  if left and left <= 0 then flight:delete(counter) end
end

-- Counts the request under the generation that serves now and chooses its container. Nil: nobody is behind the door.
function M.enter(key)
  local stack = string.match(key, "^[^:]+")
  -- A switch between two reads is rare, two in a row are rarer.
  for _ = 1, 100 do
    local generation = doors:get("current " .. stack)
    if not generation then return nil end
    local set = set_of(stack, generation)
    if set then
      local endpoints = set.endpoints[key]
      if not endpoints or #endpoints == 0 then return nil end
      local counter = ngx.worker.pid() .. " " .. stack .. " " .. generation
      add(counter, 1)
      -- Read again: whoever is counted after a switch is counted under the new generation, so that a count of zero stays zero.
      if doors:get("current " .. stack) == generation then
        local turn = (set.turn[key] or ngx.worker.id()) % #endpoints + 1
        set.turn[key] = turn
        return { counter = counter, endpoints = endpoints, turn = turn }
      end
      add(counter, -1)
    end
  end
end

function M.leave(trip)
  add(trip.counter, -1)
end

-- A worker that died gives nothing back, and its process id may be this one's.
function M.forget(pid)
  for _, key in ipairs(flight:get_keys(0)) do
    if string.match(key, "^(%d+) ") == tostring(pid) then flight:delete(key) end
  end
end

local function is_alive(pid)
  local file = io.open("/proc/" .. pid .. "/comm")
  local name = file and file:read("*l")
  if file then file:close() end
  return name == "nginx"
end

-- Lines "<stack> <generation> <requests> <container>…" of every generation with requests in flight; forgets generations that are over.
function M.busy()
  local counts = {}
  for _, key in ipairs(flight:get_keys(0)) do
    local pid, what = string.match(key, "^(%d+) (.+)$")
    if is_alive(pid) then
      counts[what] = (counts[what] or 0) + (flight:get(key) or 0)
    else
      flight:delete(key)
    end
  end
  local lines = {}
  for _, key in ipairs(doors:get_keys(0)) do
    local stack, generation = string.match(key, "^doors (%S+) (%S+)$")
    local count = stack and counts[stack .. " " .. generation] or 0
    if count > 0 then
      local containers = {}
      for container in pairs(M.read(doors:get(key)).containers) do table.insert(containers, container) end
      table.sort(containers)
      table.insert(lines, table.concat({ stack, generation, count, table.concat(containers, " ") }, " ") .. "\n")
    elseif stack then
      -- A newer one is just being put.
      local current = doors:get("current " .. stack)
      if current and is_older(generation, current) then doors:delete(key) end
    end
  end
  return table.concat(lines)
end

return M
