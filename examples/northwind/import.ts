/** One file of the data set, and how `galley import` reads it. */
export interface ImportFile {
  readonly collection: string
  readonly file: string
  /**
   * As `--map` takes it, for columns that are not named like their field: `column=field`, `column=category.number` for the record
   * with that number, `column=` to leave it out.
   */
  readonly map: readonly string[]
}

/** What stands for a missing value in all files: `--null NULL`. */
export const nullText = 'NULL'

/** The files in the order in which they can be imported: what is referred to comes first. */
export const importFiles: readonly ImportFile[] = [
  { collection: 'categories', file: 'categories.csv', map: ['categoryID=number', 'categoryName=name', 'picture='] },
  { collection: 'suppliers', file: 'suppliers.csv', map: ['supplierID=number'] },
  { collection: 'shippers', file: 'shippers.csv', map: ['shipperID=number'] },
  { collection: 'customers', file: 'customers.csv', map: ['customerID=code'] },
  {
    collection: 'employees',
    file: 'employees.csv',
    map: ['employeeID=number', 'reportsTo=reportsTo.number', 'photo=', 'photoPath='],
  },
  {
    collection: 'products',
    file: 'products.csv',
    map: ['productID=number', 'productName=name', 'supplierID=supplier.number', 'categoryID=category.number'],
  },
  {
    collection: 'orders',
    file: 'orders.csv',
    map: ['orderID=number', 'customerID=customer.code', 'employeeID=employee.number', 'shipVia=shipVia.number'],
  },
  {
    collection: 'order-details',
    file: 'order-details.csv',
    map: ['orderID=order.number', 'productID=product.number'],
  },
]
