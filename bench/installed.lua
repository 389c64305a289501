-- Each request asks for another of ten thousand activities, as a machine does that has them all.
local number = 0

request = function()
   number = (number + 7919) % 10000
   return wrk.format(nil, (wrk.path:gsub("Sample%d+", "Sample" .. number)))
end
