require("berth").forget(ngx.worker.pid())
