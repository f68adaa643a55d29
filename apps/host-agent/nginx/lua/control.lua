-- The control socket, for root alone: GET /id, GET /doors, GET /busy, PUT and DELETE /doors/<stack>.
local berth = require "berth"

local function body()
  ngx.req.read_body()
  local text = ngx.req.get_body_data()
  if text then return text end
  local name = ngx.req.get_body_file()
  local file = name and io.open(name)
  if not file then return "" end
  text = file:read("*a")
  file:close()
  return text
end

local function answer(status, text)
  ngx.status = status
  ngx.print(text)
  return ngx.exit(ngx.OK)
end

local method, path = ngx.req.get_method(), ngx.var.uri
if method == "GET" and path == "/id" then return answer(200, ngx.var.berth_id) end
if method == "GET" and path == "/doors" then return answer(200, berth.all()) end
if method == "GET" and path == "/busy" then return answer(200, berth.busy()) end

local stack = string.match(path, "^/doors/([a-z0-9-]+)$")
if stack and method == "PUT" then return answer(berth.put(stack, body())) end
if stack and method == "DELETE" then
  berth.remove(stack)
  return answer(200, "removed")
end
return answer(404, "no such thing")
