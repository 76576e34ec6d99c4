# 2 * (2/1 * 2/3) * (4/3 * 4/5) * ...; prints how far it is from pi, and the value.
BEGIN {
  product = 2
  for (n = 1; n <= terms; n++) product *= 4 * n * n / (4 * n * n - 1)
  error = product - 3.141592653589793
  printf "%.8f %.8f\n", error < 0 ? -error : error, product
}
