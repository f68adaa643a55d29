local trip = ngx.ctx.berth
if trip then require("berth").leave(trip) end
