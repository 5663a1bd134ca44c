# syntax=docker/dockerfile:1
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY .swcrc ./
COPY apps/api apps/api
COPY apps/worker apps/worker
COPY apps/cli apps/cli
COPY libs libs
RUN npm run -s build && npm prune --omit=dev --no-audit --no-fund

FROM node:22-slim AS dashboard
WORKDIR /dashboard
COPY apps/dashboard/package.json apps/dashboard/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY apps/dashboard ./
RUN npm run -s build

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
# what archives and backups are written and read with
RUN apt-get update -qq && apt-get install -qqy --no-install-recommends mariadb-client zstd && rm -rf /var/lib/apt/lists/*
# the folders that the process writes to; of the log stdout has every line as well
RUN mkdir logs archives && chown node:node logs archives
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=dashboard /dashboard/dist apps/dashboard/dist
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/api/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# the worker: node dist/apps/worker/src/main.js; the command line: node dist/apps/cli/src/main.js
CMD ["node", "dist/apps/api/src/main.js"]
