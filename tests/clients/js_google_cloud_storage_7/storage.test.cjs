// The last version of the client for Node 20, asked the same.
"use strict";
require("../js_google_cloud_storage/storage.test.cjs");
