# One image for every role; the command says which: scheduler, worker, serve, enqueue, ...
#
#   docker build -t levelflow .
#
# It runs as a user without rights, needs nothing to be writable but /tmp, and is built the same way for amd64 and arm64. There is no
# redis-server in it: `levelflow run` and `dev`, which bring their own, are for machines with one installed.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No dependency needs an install script: native parts come prebuilt.
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run --silent build
# Types and source maps are for those who write programs, not for those who run them.
RUN find dist -type f ! -name '*.js' ! -name '*.lua' -delete

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# What nobody runs goes: the compiler, which npm brings for the types of a package, other types, source maps, tests, documentation.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
  && rm -rf node_modules/typescript node_modules/.bin/tsc node_modules/.bin/tsserver \
  && find node_modules -type d \( -name test -o -name tests -o -name __tests__ -o -name benchmarks -o -name docs \) -prune -exec rm -r {} + \
  && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' ! -iname 'licen*' \) -delete

FROM node:24-bookworm-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="levelflow" \
  org.opencontainers.image.description="Durable workflow DAGs on Redis and BullMQ" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
# Health checks and metrics, which need no login: publish the port of `serve` (8420) only.
ENV NODE_ENV=production LEVELFLOW_HEALTH_HOST=0.0.0.0 LEVELFLOW_HEALTH_PORT=9420
WORKDIR /app
COPY package.json LICENSE deploy/docker/health.js ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
# In exec form Node is process 1 and gets SIGTERM itself; every role stops gracefully on it.
STOPSIGNAL SIGTERM
# Whether the role can work now: scheduler, worker and serve alike. Patient, for a machine that is short of processors.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["node", "health.js"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["--help"]
