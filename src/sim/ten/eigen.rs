//! Eigenvalues and eigenvectors of a general complex matrix: Householder to Hessenberg form, then shifted QR steps by
//! Givens rotations to Schur form, then back substitution (Golub and Van Loan, Matrix Computations, 7.4 to 7.6).

use super::complex::{Complex, Matrix};

/// QR steps for one eigenvalue before the matrix is given up: far more than any needs.
const STEPS: usize = 200;

/// A = V Λ V⁻¹.
#[derive(Clone, Debug)]
pub struct Eigen {
    /// The diagonal of Λ.
    pub values: Vec<Complex>,
    /// V: an eigenvector of unit length in each column.
    pub vectors: Matrix,
    /// V⁻¹; no numbers where there is none.
    pub inverse: Matrix,
    /// Condition number of V: its largest singular value times that of V⁻¹; infinite where there is no inverse.
    pub condition: f64,
}

impl Eigen {
    /// Of this matrix.
    pub fn of(matrix: &Matrix) -> Self {
        let (triangle, basis, settled) = schur(matrix.clone());
        let size = matrix.size;
        let values: Vec<_> = (0..size).map(|k| triangle.at(k, k)).collect();
        let vectors = eigenvectors(&triangle, &basis);
        let inverse = if settled { vectors.inverse() } else { None };
        let condition = inverse
            .as_ref()
            .map_or(f64::INFINITY, |inverse| vectors.largest_singular_value() * inverse.largest_singular_value());
        let inverse = inverse.unwrap_or(Matrix { size, numbers: Vec::new() });
        Self { values, vectors, inverse, condition }
    }
}

/// The upper triangle T and the unitary Q of A = Q T Qᴴ, and whether all steps converged.
fn schur(mut a: Matrix) -> (Matrix, Matrix, bool) {
    let mut q = Matrix::unit(a.size);
    to_hessenberg(&mut a, &mut q);
    let mut settled = true;
    let mut high = a.size.saturating_sub(1);
    let mut steps = 0;
    while high > 0 {
        let is_small = |row: &usize| {
            let around = a.at(row - 1, row - 1).abs() + a.at(*row, *row).abs();
            a.at(*row, row - 1).abs() <= f64::EPSILON * around
        };
        let low = (1..=high).rev().find(is_small).unwrap_or(0);
        if low > 0 {
            *a.at_mut(low, low - 1) = Complex::ZERO;
        }
        if low == high || steps > STEPS {
            settled &= low == high;
            high -= 1;
            steps = 0;
            continue;
        }
        let shift = shift_of(&a, high, steps);
        steps += 1;
        qr_step(&mut a, &mut q, low, high, shift);
    }
    (a, q, settled)
}

/// Reflects columns one by one so that nothing is left below the first subdiagonal.
fn to_hessenberg(a: &mut Matrix, q: &mut Matrix) {
    let size = a.size;
    for column in 0..size.saturating_sub(2) {
        let mut v: Vec<_> = (column + 1..size).map(|i| a.at(i, column)).collect();
        let norm = v.iter().map(|x| x.square()).sum::<f64>().sqrt();
        let Some(first) = v.first_mut().filter(|_| norm > 0.0) else { continue };
        let direction = if first.abs() > 0.0 { first.times(1.0 / first.abs()) } else { Complex::ONE };
        *first = *first + direction.times(norm);
        let length = v.iter().map(|x| x.square()).sum::<f64>().sqrt();
        for x in &mut v {
            *x = x.times(1.0 / length);
        }
        for j in 0..size {
            let dot =
                v.iter().enumerate().fold(Complex::ZERO, |sum, (i, x)| sum + x.conjugate() * a.at(column + 1 + i, j));
            for (i, x) in v.iter().enumerate() {
                *a.at_mut(column + 1 + i, j) = a.at(column + 1 + i, j) - (*x * dot).times(2.0);
            }
        }
        for matrix in [&mut *a, &mut *q] {
            for i in 0..size {
                let row = &mut matrix.numbers[i * size + column + 1..(i + 1) * size];
                let dot = row.iter().zip(&v).fold(Complex::ZERO, |sum, (number, x)| sum + *number * *x);
                for (number, x) in row.iter_mut().zip(&v) {
                    *number = *number - (dot * x.conjugate()).times(2.0);
                }
            }
        }
    }
}

/// Wilkinson's shift, and now and then another one to leave a cycle.
fn shift_of(a: &Matrix, high: usize, steps: usize) -> Complex {
    if steps % 12 == 11 {
        return Complex::real(a.at(high, high - 1).abs()) + a.at(high, high);
    }
    let [p, q, r, s] = [a.at(high - 1, high - 1), a.at(high - 1, high), a.at(high, high - 1), a.at(high, high)];
    let half = (p - s).times(0.5);
    let root = (half * half + q * r).sqrt();
    let centre = (p + s).times(0.5);
    let (plus, minus) = (centre + root, centre - root);
    if (plus - s).square() < (minus - s).square() { plus } else { minus }
}

/// A rotation of two rows: cosine, and the sine that goes with it.
type Rotation = (f64, Complex);

fn rotation(x: Complex, y: Complex) -> Rotation {
    let norm = x.square() + y.square();
    if norm == 0.0 {
        return (1.0, Complex::ZERO);
    }
    if x.abs() == 0.0 {
        return (0.0, y.conjugate().times(1.0 / y.abs()));
    }
    let norm = norm.sqrt();
    let phase = x.times(1.0 / x.abs());
    (x.abs() / norm, (phase * y.conjugate()).times(1.0 / norm))
}

fn qr_step(a: &mut Matrix, q: &mut Matrix, low: usize, high: usize, shift: Complex) {
    let size = a.size;
    for k in low..=high {
        *a.at_mut(k, k) = a.at(k, k) - shift;
    }
    let mut rotations = Vec::with_capacity(high - low);
    for k in low..high {
        let (cosine, sine) = rotation(a.at(k, k), a.at(k + 1, k));
        for j in k..size {
            let (x, y) = (a.at(k, j), a.at(k + 1, j));
            *a.at_mut(k, j) = x.times(cosine) + sine * y;
            *a.at_mut(k + 1, j) = y.times(cosine) - sine.conjugate() * x;
        }
        rotations.push((k, cosine, sine));
    }
    for (k, cosine, sine) in rotations {
        for (matrix, rows) in [(&mut *a, (k + 2).min(high + 1)), (&mut *q, size)] {
            for i in 0..rows {
                let (x, y) = (matrix.at(i, k), matrix.at(i, k + 1));
                *matrix.at_mut(i, k) = x.times(cosine) + sine.conjugate() * y;
                *matrix.at_mut(i, k + 1) = y.times(cosine) - sine * x;
            }
        }
    }
    for k in low..=high {
        *a.at_mut(k, k) = a.at(k, k) + shift;
    }
}

/// The eigenvectors of Q T Qᴴ, each of unit length, in the order of T's diagonal.
fn eigenvectors(triangle: &Matrix, basis: &Matrix) -> Matrix {
    let size = triangle.size;
    let largest = triangle.numbers.iter().map(|x| x.abs()).fold(0.0, f64::max);
    let least = largest.max(1e-300) * f64::EPSILON;
    let mut vectors = Matrix { size, numbers: vec![Complex::ZERO; size * size] };
    for k in 0..size {
        let mut y = vec![Complex::ZERO; k + 1];
        y[k] = Complex::ONE;
        for i in (0..k).rev() {
            let sum = (i + 1..=k).fold(Complex::ZERO, |sum, j| sum + triangle.at(i, j) * y[j]);
            let apart = triangle.at(i, i) - triangle.at(k, k);
            let apart = if apart.abs() < least { Complex::real(least) } else { apart };
            y[i] = -(sum / apart);
        }
        let column: Vec<_> =
            (0..size).map(|i| basis.row(i).iter().zip(&y).fold(Complex::ZERO, |sum, (a, b)| sum + *a * *b)).collect();
        let norm = column.iter().map(|x| x.square()).sum::<f64>().sqrt();
        for (i, number) in column.into_iter().enumerate() {
            *vectors.at_mut(i, k) = number.times(1.0 / norm);
        }
    }
    vectors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(size: usize) -> Matrix {
        Matrix::from_fn(size, |i, j| Complex {
            re: ((i * 7 + j * 13 + i * j) % 11) as f64 / 11.0 - 0.4,
            im: ((i * 5 + j * 3 + 2 * i * j) % 7) as f64 / 7.0 - 0.5,
        })
    }

    #[test]
    fn values_and_vectors_put_together_are_the_matrix() {
        for size in [1, 2, 3, 8, 33] {
            let matrix = some(size);
            let eigen = Eigen::of(&matrix);
            let scaled = Matrix::from_fn(size, |i, j| eigen.vectors.at(i, j) * eigen.values[j]);
            let back = scaled.times(&eigen.inverse);
            for (found, wanted) in back.numbers.iter().zip(&matrix.numbers) {
                assert!((*found - *wanted).abs() < 1e-10 * eigen.condition, "{size}: {found:?} {wanted:?}");
            }
        }
    }

    #[test]
    fn a_matrix_without_enough_eigenvectors_has_a_condition_beyond_all_use() {
        let jordan = Matrix::from_fn(4, |i, j| {
            Complex::real(match j.wrapping_sub(i) {
                0 => 0.5,
                1 => 1.0,
                _ => 0.0,
            })
        });
        assert!(Eigen::of(&jordan).condition > 1e6);
    }

    #[test]
    fn the_condition_of_two_vectors_at_a_known_angle_is_known() {
        // Eigenvectors (1, 0) and (cos t, sin t) have the condition number cot(t / 2).
        let angle = 0.2_f64;
        let vectors = Matrix::from_fn(2, |i, j| Complex::real([[1.0, angle.cos()], [0.0, angle.sin()]][i][j]));
        let values = Matrix::from_fn(2, |i, j| Complex::real(if i == j { [0.3, 0.9][i] } else { 0.0 }));
        let matrix = vectors.times(&values).times(&vectors.inverse().unwrap());
        let wanted = 1.0 / (0.5 * angle).tan();
        assert!((Eigen::of(&matrix).condition / wanted - 1.0).abs() < 1e-3);
    }
}
