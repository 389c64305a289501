#!/bin/sh
# The health check of MongoDB: well once it is the primary of its replica set, which it becomes by
# the first check. A replica set of one is what makes majority writes and their retries work.
set -eu
exec mongosh --quiet --norc --eval '
const password = require("fs").readFileSync("/run/secrets/mongo-root-password", "utf8").trim();
db.getSiblingDB("admin").auth("root", password);
try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({ _id: "aslo", members: [{ _id: 0, host: "mongo:27017" }] });
}
quit(db.hello().isWritablePrimary ? 0 : 1);
'
