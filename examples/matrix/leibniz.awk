# 4 * (1 - 1/3 + 1/5 - ...); prints how far it is from pi, and the value.
BEGIN {
  for (n = 0; n < terms; n++) sum += (n % 2 == 0 ? 4 : -4) / (2 * n + 1)
  error = sum - 3.141592653589793
  printf "%.8f %.8f\n", error < 0 ? -error : error, sum
}
