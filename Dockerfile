FROM python:3.13-slim AS build
COPY . /src
RUN pip install --no-cache-dir --no-compile --prefix /installed "/src[auth,fonts,forward,gcs,grpc,tls]"

FROM python:3.13-slim
COPY --from=build /installed /usr/local
RUN useradd --no-create-home --uid 10001 imagen-fake && install -d -o imagen-fake /keys
USER imagen-fake
# The ready file tells the health check the port and whether it is TLS; /dev/shm can be written to even
# where the rest is read-only.
ENV PYTHONDONTWRITEBYTECODE=1 IMAGEN_FAKE_KEYS=/keys IMAGEN_FAKE_READY_FILE=/dev/shm/imagen-fake.json
EXPOSE 8787 8788
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["imagen-fake", "health"]
ENTRYPOINT ["imagen-fake"]
CMD ["serve", "--host", "0.0.0.0"]
