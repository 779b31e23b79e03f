# Anxin as an image: `docker build -t anxin .`. Not run where it was written, for want of an engine: see docs/operations.md.
FROM node:22-bookworm-slim AS widget
WORKDIR /src/widget
COPY widget/package.json widget/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY widget ./
RUN npm run build

FROM python:3.12-slim-bookworm AS wheel
WORKDIR /src
RUN python -m venv /opt/anxin
COPY requirements.lock ./
RUN /opt/anxin/bin/pip install --no-cache-dir --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY knowledge_base knowledge_base
COPY retrieval retrieval
COPY ticketing ticketing
COPY support support
COPY evals evals
COPY widget/hatch_build.py widget/
COPY --from=widget /src/widget/dist widget/dist
RUN /opt/anxin/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim-bookworm
COPY --from=wheel /opt/anxin /opt/anxin
RUN useradd --system --uid 10001 --no-create-home anxin && install -d -m 0700 -o anxin /data
USER anxin
ENV PATH=/opt/anxin/bin:$PATH PYTHONUNBUFFERED=1 ANXIN_DATA_DIR=/data ANXIN_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["anxin", "serve"]
