-- What wrk asks for: CASE says what, TOKENS and CHATS by whom and where (or with which etag), person by person.

local tokens, chats = {}, {}
for token in os.getenv("TOKENS"):gmatch("%S+") do tokens[#tokens + 1] = token end
for chat in os.getenv("CHATS"):gmatch("%S+") do chats[#chats + 1] = chat end
local case = os.getenv("CASE")
local body = '{"to":"%s","body":{"text":"' .. string.rep("x", 100) .. '"}}'
local person, count = 0, 0
local chat = "/driver/v1/chats/news"
-- Keys of one run are never those of another.
local run = tostring(os.time()) .. tostring({}):gsub("%W", "")

local function ask(path, headers, text) return wrk.format("POST", path, headers, text) end

local drivers = {
  ["poll"] = function(headers) return ask("/driver/v1/chats/polling", headers, "{}") end,
  ["poll-known"] = function(headers)
    return ask("/driver/v1/chats/polling", headers, '{"etag":"' .. chats[person] .. '"}')
  end,
  ["driver-chats"] = function(headers) return ask("/driver/v1/chats/messages", headers, '{"limit":20}') end,
  ["driver-page"] = function(headers) return ask(chat .. "/messages/list", headers, '{"limit":20}') end,
  ["driver-reply"] = function(headers)
    count = count + 1
    return ask(chat .. "/reply", headers, '{"key":"' .. run .. count .. '","text":"On my way."}')
  end,
}

function request()
  person = person % #tokens + 1
  local headers = { Authorization = "Bearer " .. tokens[person] }
  if case == "ready" then return wrk.format("GET", "/health/ready") end
  if case == "list" then return wrk.format("GET", "/chats?limit=20", headers) end
  if case == "messages" then return wrk.format("GET", "/messages?limit=20&mailbox=" .. chats[person], headers) end
  if case == "message" then return wrk.format("GET", "/messages/" .. chats[person] .. "/1", headers) end
  headers["Content-Type"] = "application/json"
  if drivers[case] then return drivers[case](headers) end
  return wrk.format("POST", "/messages", headers, body:format(chats[person]))
end

function done(summary, latency)
  local errors = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
      + summary.errors.timeout
  io.write(string.format('FIGURES {"requests":%d,"seconds":%.3f,"errors":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration / 1e6, errors, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
