// Run once by the image of MongoDB, when its volume is empty: the application's own user, who may
// read and write one database and nothing else.
const password = require("fs").readFileSync("/run/secrets/mongo-password", "utf8").trim();
db.getSiblingDB("aslo").createUser({
  user: "aslo",
  pwd: password,
  roles: [{ role: "readWrite", db: "aslo" }, { role: "dbAdmin", db: "aslo" }],
});
