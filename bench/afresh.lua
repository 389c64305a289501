-- Every request asks for an address of its own, so that no page can be kept from another one.
local run, number = os.time(), 0

request = function()
   number = number + 1
   local mark = wrk.path:find("?", 1, true) and "&" or "?"
   return wrk.format(nil, wrk.path .. mark .. "afresh=" .. run .. "-" .. number)
end
