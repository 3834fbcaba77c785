"""Debian's nginx, with a configuration that keeps all its files in one folder."""

import getpass
import os
from pathlib import Path

NGINX = Path("/usr/sbin/nginx")

CONFIG = """
{main}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr {log};
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{http}
}}
"""


def configured(folder: Path, http: str, *, main: str = "", connections: int = 500, log: str = "error") -> list[str]:
    """Writes `nginx.conf` to the folder, and gives the command that runs nginx with it, in the foreground.

    `http` stands in the configuration's http block, `main` before everything else.
    """
    if os.geteuid() == 0:
        # nginx would give up root's rights, and with them those to the folder.
        main += f"\nuser {getpass.getuser()};"
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(main=main, folder=folder, log=log, connections=connections, http=http))
    return [str(NGINX), "-p", str(folder), "-c", str(config)]
