# docker build -t dateline .
# docker run --rm -v "$PWD/articles:/articles:ro" -v "$PWD/report:/report" dateline run /articles --out /report/out
# Never built by the tests: they have no engine for it.
FROM python:3.12-slim AS base
# make for the targets of the Makefile, Chromium for report.pdf
RUN apt-get update && apt-get install -y --no-install-recommends make git chromium && rm -rf /var/lib/apt/lists/*

FROM base
WORKDIR /dateline
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY . .
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation .
ENTRYPOINT ["dateline"]
CMD ["--help"]
