-- Before the body is read: an upload that begins before a switch ends on the version on which it began.
local key = ngx.var.berth_door
local trip = require("berth").enter(key)
if not trip then
  ngx.status = 503
  ngx.header["Content-Type"] = "text/plain"
  ngx.header["Retry-After"] = "1"
  ngx.say("no container is healthy behind the door ", key)
  return ngx.exit(503)
end
trip.read_timeout = ngx.var.http_upgrade and 3600 or 60
ngx.ctx.berth = trip
