-- Only within the generation that the request was counted under.
local balancer = require "ngx.balancer"
local trip = ngx.ctx.berth
local endpoints = trip.endpoints

if trip.is_tried then
  trip.turn = trip.turn % #endpoints + 1
else
  trip.is_tried = true
  assert(balancer.set_timeouts(2, 60, trip.read_timeout))
  if #endpoints > 1 then assert(balancer.set_more_tries(1)) end
end

local endpoint = endpoints[trip.turn]
assert(balancer.set_current_peer(endpoint.address, endpoint.port))
