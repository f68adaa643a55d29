-- Before the first request: what served last, so that a restarted Nginx needs neither agent nor control plane.
require "resty.core"
local berth = require "berth"

local function contents(name)
  local file = io.open(ngx.config.prefix() .. "state/" .. name)
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

for stack in string.gmatch(contents("stacks") or "", "[^\n]+") do
  local text = contents(stack .. ".doors")
  if text then berth.put(stack, text) end
end
