# The service as a container: the wheel, and the packages that requirements/run.txt names, each with its hash.
#
#   docker build -t sunbeon .
#   docker run -p 8000:8000 -v sunbeon:/data -e SUNBEON_SECRET -e SUNBEON_BOOTSTRAP_STORE=1 sunbeon
#
# It is the real thing and no demo, so it starts only with
#   SUNBEON_SECRET        32 random characters or more, the same in every container: signs ticket ids
# and for the first start on an empty volume with
#   SUNBEON_BOOTSTRAP_STORE=1 afterwards leave it out: an empty store is then a lost volume, and is refused
# Staff and devices are added with `docker exec -it <container> python -m service staff add ...`, or by an access file
# that is mounted and named in SUNBEON_ACCESS_FILE.
# The embedded store keeps its data in /data. Give several containers one store, SUNBEON_REDIS_URL,
# and one database, SUNBEON_DATABASE_URL.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements requirements
RUN python -m venv /opt/sunbeon \
    && /opt/sunbeon/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/run.txt \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/build.txt
COPY . .
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel . \
    && /opt/sunbeon/bin/pip install --no-cache-dir --no-deps --no-index /wheel/*.whl

FROM python:3.11-slim-bookworm
COPY --from=build /opt/sunbeon /opt/sunbeon
# The screens' voice. Debian's security updates replace versions, so that none is named.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends espeak-ng && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home sunbeon && install -d -o sunbeon -g sunbeon -m 700 /data
ENV PATH=/opt/sunbeon/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SUNBEON_DEMO=0 \
    SUNBEON_HOST=0.0.0.0 \
    SUNBEON_PORT=8000 \
    SUNBEON_DATA_DIR=/data
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['SUNBEON_PORT'] + '/health/ready', timeout=3)"]
CMD ["python", "-m", "service"]
